drop table draw_entries;
drop table draws;

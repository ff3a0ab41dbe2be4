drop index draw_entries_member;
alter table members drop column ended_at;

alter table tier_history drop column merge_id;
drop table merges;

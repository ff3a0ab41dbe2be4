drop table undone;
drop table event_keys;
drop table events;
drop table log_head;
drop table sources;

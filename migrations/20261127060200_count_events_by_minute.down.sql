drop table event_minutes;

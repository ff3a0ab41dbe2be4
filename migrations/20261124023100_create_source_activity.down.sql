drop table source_activity;

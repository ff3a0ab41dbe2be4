drop table score_history;

drop table topic_scores;
drop table scores;
drop table rank_snapshots;
drop table rescores;
drop table refolds;
drop table account_states;
drop table projections;

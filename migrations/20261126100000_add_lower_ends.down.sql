drop index topic_scores_leaderboard_by_lower;
drop index scores_recheck_at;
drop index scores_leaderboard_by_lower;
alter table topic_scores drop column lower;
alter table scores drop column recheck_at;
alter table scores drop column lower;

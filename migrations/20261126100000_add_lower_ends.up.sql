-- The lower ends by which leaderboards are ordered, and the time at which a limit on a
-- score lifts without an event.
alter table scores add column lower double precision;
alter table scores add column recheck_at timestamptz;
alter table topic_scores add column lower double precision;

-- Topics have no lower end yet. So all scores are due for a recheck, which gives them one.
update scores
set lower = (body -> 'influence' -> 'lower')::float8,
    recheck_at = as_of;

create index scores_leaderboard_by_lower on scores (model_version, lower desc, member_id)
    where lower is not null;
create index scores_recheck_at on scores (model_version, recheck_at)
    where recheck_at is not null;
create index topic_scores_leaderboard_by_lower
    on topic_scores (model_version, topic, lower desc, member_id)
    where lower is not null;

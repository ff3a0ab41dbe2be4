-- The score that was published last on each day: what a member could be told
-- that day. Derived, but not to be rebuilt: the crowd's snapshots and the
-- models of the time are part of it.

create table score_history (
    -- Leading, since it is only ever read for one member.
    member_id            uuid not null references members,
    -- Of the score's time, in UTC.
    day                  date not null,
    -- Part of the key, so that a model that is tried beside the one in force
    -- does not write over what was answered.
    model_version        text not null,
    snapshot_id          bigint not null,
    as_of                timestamptz not null,
    -- Columns and not the body, which is several times as large: topics are
    -- not kept. All null while an index is unknown.
    influence            double precision,
    influence_lower      double precision,
    influence_upper      double precision,
    influence_percentile double precision,
    influence_evidence   double precision,
    value                double precision,
    value_lower          double precision,
    value_upper          double precision,
    value_percentile     double precision,
    value_evidence       double precision,
    primary key (member_id, day, model_version)
);
-- For what is past its time. Rows come in the order of days, so that the
-- smallest of indexes does, and updates within a day stay clear of it.
create index score_history_day on score_history using brin (day);

-- What is derived from the log, and can be thrown away and rebuilt.

-- How far each projection has read. State and checkpoint are written in one
-- transaction: nothing is lost or counted twice.
create table projections (
    name          text not null,
    model_version text not null,
    position      bigint not null,
    primary key (name, model_version)
);

-- One packed row an account; only accounts of members have one.
create table account_states (
    account_id    bigint not null,
    model_version text not null,
    state         bytea not null,
    primary key (account_id, model_version)
);

-- Accounts whose state must be folded again from the log: newly linked, or
-- touched by an undo.
create table refolds (
    account_id    bigint not null primary key
);

-- Members whose score must be computed again although no event came: declared
-- interests, opting in or out, accounts linked and unlinked.
create table rescores (
    member_id     uuid not null primary key
);

-- What is taken from the crowd, dated, frozen between runs of the rank job.
create table rank_snapshots (
    snapshot_id   bigint generated always as identity primary key,
    model_version text not null,
    taken_at      timestamptz not null,
    -- The checkpoint of the scorer that it was taken at.
    position      bigint not null,
    body          bytea not null
);

create table scores (
    member_id     uuid not null references members,
    model_version text not null,
    snapshot_id   bigint not null,
    as_of         timestamptz not null,
    -- Null while unknown; out of the body for the leaderboard's index.
    influence     double precision,
    body          jsonb not null,
    primary key (member_id, model_version)
);
create index scores_leaderboard on scores (model_version, influence desc, member_id)
    where influence is not null;
create index scores_as_of on scores (model_version, as_of);

create table topic_scores (
    member_id     uuid not null references members,
    model_version text not null,
    topic         text not null,
    influence     double precision not null,
    primary key (member_id, model_version, topic)
);
create index topic_scores_leaderboard
    on topic_scores (model_version, topic, influence desc, member_id);

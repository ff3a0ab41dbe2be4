-- Places on the leaderboards of topics, as of the latest rank snapshot: frozen
-- until the next, so that "the first ten" are ten. Only the first are kept.
create table topic_ranks (
    member_id     uuid not null references members,
    model_version text not null,
    topic         text not null,
    rank          integer not null check (rank > 0),
    primary key (member_id, model_version, topic)
);

-- Shares of the known members who stand below a member in a program, in
-- percent, as of the latest rank snapshot; only of programs whose conditions
-- ask for it.
create table standing_percentiles (
    member_id  uuid not null references members,
    program_id text not null references programs,
    percentile double precision not null check (percentile between 0 and 100),
    primary key (member_id, program_id)
);

-- Places on the leaderboards of topics, as of the latest rank snapshot: frozen
-- until the next, so that "the first ten" are ten. Only the first are kept.
create table topic_ranks (
    member_id     uuid not null references members,
    model_version text not null,
    topic         text not null,
    rank          integer not null check (rank > 0),
    primary key (member_id, model_version, topic)
);

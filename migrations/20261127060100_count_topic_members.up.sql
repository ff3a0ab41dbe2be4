-- Members with a score on each topic, as of the latest rank snapshot of a model: for lists of
-- topics.
create table topic_members (
    model_version text not null,
    topic         text collate "C" not null,
    members       bigint not null check (members > 0),
    primary key (model_version, topic)
);
create index topic_members_most on topic_members (model_version, members desc, topic);

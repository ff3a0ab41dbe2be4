-- The log of events is the truth; everything about scores can be rebuilt from it.

create table sources (
    source_id   integer generated always as identity primary key,
    name        text not null unique
);

-- The position of the last committed batch. A writer takes the next one under
-- this row's lock and holds it until its commit, so that the order of
-- positions is the order of commits and there are no gaps.
create table log_head (
    singleton   boolean primary key default true check (singleton),
    position    bigint not null
);
insert into log_head (position) values (0);

create table events (
    -- When we received it: what the log is partitioned by.
    received_at timestamptz not null,
    position    bigint not null,
    ordinal     integer not null,
    source_id   integer not null,
    id          text collate "C" not null,
    -- The number of the type, in the order of the documentation.
    type        smallint not null,
    time        timestamptz not null,
    network     text not null,
    -- Whose state it belongs to: the receiver of a reaction, the author of a
    -- post, the buyer; absent for an undo.
    subject     bigint,
    -- Who reacted, if that is known.
    actor       bigint,
    object      text,
    topics      text[] not null,
    count       integer not null,
    amount      numeric,
    currency    text,
    metrics     jsonb,
    undo        text
) partition by range (received_at);

-- The scorer reads in order of commit; a rebuild of one account by subject.
create index events_position on events (position, ordinal);
create index events_subject on events (subject, position, ordinal) where subject is not null;

-- What makes an event this event. A table of its own, since a unique
-- constraint on a table partitioned by time could not span its partitions.
create table event_keys (
    source_id   integer not null,
    id          text collate "C" not null,
    -- Of the content: the same again is a duplicate, another is a conflict.
    digest      uuid not null,
    -- Whose state an undo of this event touches.
    subject     bigint,
    primary key (source_id, id)
) partition by hash (source_id, id);
create table event_keys_0 partition of event_keys for values with (modulus 8, remainder 0);
create table event_keys_1 partition of event_keys for values with (modulus 8, remainder 1);
create table event_keys_2 partition of event_keys for values with (modulus 8, remainder 2);
create table event_keys_3 partition of event_keys for values with (modulus 8, remainder 3);
create table event_keys_4 partition of event_keys for values with (modulus 8, remainder 4);
create table event_keys_5 partition of event_keys for values with (modulus 8, remainder 5);
create table event_keys_6 partition of event_keys for values with (modulus 8, remainder 6);
create table event_keys_7 partition of event_keys for values with (modulus 8, remainder 7);

-- Events whose effect is taken back, also those that have not arrived yet.
create table undone (
    source_id   integer not null,
    id          text collate "C" not null,
    primary key (source_id, id)
);

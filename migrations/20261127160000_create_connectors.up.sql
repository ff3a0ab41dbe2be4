-- Connectors (`renown connect`): how far each has come in what it follows, and what it took in.
-- The cursor is written after the events before it are committed, never earlier: what is read
-- again after a failure is found in the log by its id.
create table connectors (
    name            text primary key check (name <> ''),
    kind            text not null,
    -- What it follows, in words for operators.
    follows         text not null,
    -- Where it goes on, in the terms of what it follows; absent before the first batch.
    cursor          jsonb,
    accepted        bigint not null default 0,
    duplicates      bigint not null default 0,
    ignored         bigint not null default 0,
    rejected        bigint not null default 0,
    failures        bigint not null default 0,
    -- The time of the latest event that it has read, and when it last had an answer.
    latest_event_at timestamptz,
    contacted_at    timestamptz,
    -- The last failure, and when it was.
    failed_at       timestamptz,
    failure         text,
    created_at      timestamptz not null
);

-- Answers to requests that carried an Idempotency-Key, written in the
-- transaction of what they answer: a request that is sent again gets its one
-- answer, whatever died in between.
create table idempotency_keys (
    -- The API key with which it was sent: callers do not meet.
    key_id       uuid not null,
    name         text not null,
    -- SHA-256 of method, address and body.
    fingerprint  bytea not null,
    status       smallint not null,
    content_type text not null,
    location     text,
    body         bytea not null,
    created_at   timestamptz not null,
    primary key (key_id, name)
);
create index idempotency_keys_age on idempotency_keys (created_at);

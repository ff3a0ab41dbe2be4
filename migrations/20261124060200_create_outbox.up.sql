-- What changed and somebody may want to be told: written in the transaction of
-- the change, so that nothing is told that did not happen, and nothing that
-- happened is forgotten.
create table outbox (
    sequence   bigint generated always as identity primary key,
    event_id   uuid not null constraint outbox_event_id_key unique,
    type       text not null,
    at         timestamptz not null,
    program_id text,
    member_id  uuid,
    body       jsonb not null
);
create index outbox_member on outbox (member_id, sequence) where member_id is not null;

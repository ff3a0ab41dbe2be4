-- Who wants to be told of what, and under which secrets what is told is signed.
create table webhooks (
    webhook_id      uuid primary key,
    url             text not null,
    description     text,
    -- Only what happens in this program, if set.
    program_id      text,
    -- Only messages of these types; all if empty.
    types           text[] not null,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    -- While it is disabled nothing is queued for it. The position that the outbox
    -- had then says what is caught up on when it is enabled again.
    disabled_at     timestamptz,
    disabled_reason text,
    disabled_after  bigint,
    -- Gone for its owner; what was queued for it is cleared away bit by bit.
    deleted_at      timestamptz
);

-- As they are, not hashed: we sign with them. The newest signs for good, earlier
-- ones until they expire, so that a receiver has time to change over.
create table webhook_secrets (
    webhook_id uuid not null references webhooks on delete cascade,
    secret     bytea not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    primary key (webhook_id, secret)
);

-- Numbers of the sequence become visible in the order of commits only by chance.
-- The relay gives each message a position, without gaps, under the lock of the
-- row below: whoever has read up to a position has missed nothing before it.
alter table outbox add column position bigint;
create unique index outbox_position on outbox (position);
-- For what is old, and for replays since a time.
create index outbox_at on outbox (at);
create index outbox_unrelayed on outbox (sequence) where position is null;

create table outbox_head (
    only_row  boolean primary key default true check (only_row),
    -- The last position that was given.
    position  bigint not null,
    -- Up to here messages may have been cleared away.
    pruned_to bigint not null
);
insert into outbox_head (position, pruned_to) values (0, 0);

-- A message for a webhook, and what became of it: the log of deliveries too.
create table webhook_deliveries (
    webhook_id      uuid not null references webhooks,
    position        bigint not null,
    event_id        uuid not null,
    -- Whose message it is; the nil UUID if nobody's. See webhook_lines.
    line            uuid not null,
    state           text not null check (state in ('pending', 'delivered', 'failed')),
    attempts        integer not null default 0,
    -- Of the last attempt: when, the status that was answered, or what was in the way.
    attempted_at    timestamptz,
    status          smallint,
    failure         text,
    -- When the next attempt is due, after one that failed.
    retry_at        timestamptz,
    primary key (webhook_id, position)
);
create unique index webhook_deliveries_event on webhook_deliveries (webhook_id, event_id);
create index webhook_deliveries_position on webhook_deliveries (position);
-- For whoever looks for what was given up.
create index webhook_deliveries_failed on webhook_deliveries (webhook_id, position)
    where state = 'failed';
create index webhook_deliveries_pending on webhook_deliveries (webhook_id, line, position)
    where state = 'pending';

-- Messages about one member wait in line, one line a webhook and member: while the
-- first fails, the others wait, and nobody else does. A line is there as long as
-- something in it is pending; whoever works on it leases it, so that no transaction
-- is open during an attempt, and somebody else goes on if the worker is killed.
create table webhook_lines (
    webhook_id   uuid not null references webhooks,
    line         uuid not null,
    due_at       timestamptz not null,
    leased_until timestamptz,
    primary key (webhook_id, line)
);
create index webhook_lines_due on webhook_lines (webhook_id, due_at);

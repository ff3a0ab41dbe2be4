-- Figures about all members for pages, measured in the background by one replica at a time, so
-- that no request counts all members. Each is replaced by the next one.
create table figures (
    kind        text not null,
    -- The program that it is about; empty if it is about none.
    program_id  text not null default '',
    measured_at timestamptz not null,
    body        jsonb not null,
    primary key (kind, program_id)
);

-- The members with each tier on each of a program's days: the present day as it is by now,
-- earlier days as they ended.
create table tier_days (
    program_id text not null references programs,
    day        date not null,
    tier       text not null,
    members    bigint not null check (members >= 0),
    primary key (program_id, day, tier)
);

create table programs (
    program_id      text primary key,
    -- The version in force; null before the first is published.
    current_version integer,
    -- The source that is being worked on.
    draft           text,
    updated_at      timestamptz not null
);

-- Never edited: a decision names its version and can be replayed.
create table program_versions (
    program_id   text not null references programs,
    version      integer not null,
    source       text not null,
    published_at timestamptz not null,
    published_by uuid,
    primary key (program_id, version)
);

-- Stock is by perk, so that it survives a new version of the program.
create table perk_stock (
    program_id   text not null references programs,
    perk_id      text not null,
    total        bigint not null,
    taken        bigint not null default 0,
    primary key (program_id, perk_id),
    constraint perk_stock_never_oversold check (taken between 0 and total)
);

-- The tier that a member holds, with its memory.
create table member_tiers (
    member_id    uuid not null references members,
    program_id   text not null references programs,
    tier         text not null,
    since        timestamptz not null,
    keep_until   timestamptz,
    history_id   uuid not null,
    primary key (member_id, program_id)
);

-- Every change of a tier, with its reason. Append-only: truth, not derived.
create table tier_history (
    member_id       uuid not null references members,
    history_id      uuid not null,
    program_id      text not null references programs,
    program_version integer not null,
    at              timestamptz not null,
    from_tier       text,
    to_tier         text not null,
    reason          text not null,
    model_version   text not null,
    snapshot_id     bigint not null,
    primary key (member_id, history_id)
);

create table decisions (
    decision_id     uuid primary key,
    program_id      text not null references programs,
    program_version integer not null,
    -- Null for a person who is not enrolled.
    member_id       uuid,
    decided_at      timestamptz not null,
    -- Everything that the rules read, and what they answered, in canonical JSON.
    inputs          text not null,
    outcome         text not null
);
create index decisions_member on decisions (member_id, decided_at) where member_id is not null;

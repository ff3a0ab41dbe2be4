-- Members are enrolled people. Accounts are handles on networks, kept as keyed
-- hashes; the handle itself is kept only for members' accounts, so that nobody
-- who merely reacted can be named from this database.

create table members (
    member_id   uuid primary key,
    -- 'opted_out' looks from outside like somebody who was never seen.
    scoring     text not null check (scoring in ('active', 'opted_out')),
    attributes  jsonb not null default '{}',
    -- Topics that the member declared an interest in.
    interests   text[] not null default '{}',
    enrolled_at timestamptz not null,
    updated_at  timestamptz not null,
    -- Grows with every change: the ETag of the member.
    version     bigint not null default 1
);

create table accounts (
    account_id  bigint generated always as identity primary key,
    network     text not null,
    -- HMAC-SHA-256 of the normalised handle, and the number of the key.
    handle_mac  bytea not null check (octet_length(handle_mac) = 32),
    key_id      smallint not null,
    member_id   uuid references members,
    handle      text,
    constraint accounts_handle_mac_key unique (handle_mac, key_id),
    constraint accounts_handle_only_of_members check (handle is null or member_id is not null)
);
create index accounts_member_id on accounts (member_id) where member_id is not null;

-- References to members in other people's systems: email, loyalty, crm.
create table identities (
    kind        text not null check (kind in ('email', 'loyalty', 'crm')),
    value       text not null,
    member_id   uuid not null references members,
    constraint identities_pkey primary key (kind, value)
);
create index identities_member_id on identities (member_id);

-- Which secrets the hashes were made with, so that a database that is opened
-- with the wrong one is refused instead of silently seeing everybody as new.
create table handle_keys (
    key_id      smallint primary key,
    check_value bytea not null
);

-- Indices from other systems, with where they came from.
create table member_indices (
    member_id   uuid not null references members,
    index_name  text not null,
    score       double precision not null check (score between 0 and 100),
    provenance  text not null,
    as_of       timestamptz not null,
    primary key (member_id, index_name)
);

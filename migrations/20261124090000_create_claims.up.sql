-- Claims: a member's hold on one unit of a perk, from the hold to its end.
-- What is taken of stock, limits and budgets is counted in rows of its own, moved
-- in the transaction of the claim, so that the counts are exact whoever meets.

create table claims (
    claim_id        uuid primary key,
    program_id      text not null references programs,
    perk_id         text not null,
    member_id       uuid not null references members,
    -- By whose rules it was given.
    program_version integer not null,
    -- How it came about.
    origin          text not null check (origin in ('claim', 'waiting_list', 'invitation', 'draw')),
    state           text not null
        check (state in ('held', 'confirmed', 'redeemed', 'released', 'expired', 'cancelled')),
    held_at         timestamptz not null,
    confirmed_at    timestamptz,
    redeemed_at     timestamptz,
    -- When it was released, expired or was cancelled.
    ended_at        timestamptz,
    -- Why it was cancelled, in words.
    end_reason      text,
    -- When the present state ends by itself; null for never.
    expires_at      timestamptz,
    -- The program's day whose limits it counts for.
    day             date not null,
    -- What the unit is worth, as of the hold.
    value_amount    numeric,
    value_currency  text,
    -- The keys with which it was made and redeemed.
    key_id          uuid,
    redeemed_by     uuid,
    -- Each state has its times, and no other: what is stored is one of the
    -- states of the machine.
    constraint claims_state_has_its_times check (
        case state
            when 'held' then confirmed_at is null and redeemed_at is null and ended_at is null
            when 'confirmed' then confirmed_at is not null and redeemed_at is null and ended_at is null
            when 'redeemed' then confirmed_at is not null and redeemed_at is not null
                and ended_at is null and expires_at is null
            else redeemed_at is null and ended_at is not null and expires_at is null
        end),
    constraint claims_value_has_a_currency check ((value_amount is null) = (value_currency is null))
);
create index claims_member on claims (member_id, claim_id);
create index claims_program on claims (program_id, claim_id);
create index claims_perk on claims (program_id, perk_id, claim_id);
create index claims_day on claims (program_id, day);
create index claims_expiry on claims (expires_at, claim_id) where expires_at is not null;

-- Every perk that was ever claimed has its row; a total of null is as many as
-- are wanted. Units that people wait for are not left for others.
alter table perk_stock
    alter column total drop not null,
    add column waiting bigint not null default 0
        constraint perk_stock_waiting_is_no_debt check (waiting >= 0);

-- What is used of the limits and budgets of programs and perks, in all and by
-- day: claims that were not given back.
create table claim_usage (
    program_id text not null references programs,
    -- 'program', 'program/DAY', 'perk/ID' or 'perk/ID/DAY'.
    scope      text not null,
    units      bigint not null check (units >= 0),
    cost       numeric not null check (cost >= 0),
    primary key (program_id, scope)
);

-- What each member has claimed and not given back, by perk.
create table member_claims (
    member_id  uuid not null references members,
    program_id text not null references programs,
    -- Empty for the program as a whole.
    perk_id    text not null,
    units      bigint not null check (units >= 0),
    primary key (member_id, program_id, perk_id)
);

-- Who waits for a unit of what, in order of their places. Rows stay when the
-- wait is over, for the audit.
create table waiting (
    program_id text not null references programs,
    perk_id    text not null,
    place      bigint generated always as identity,
    waiting_id uuid not null constraint waiting_id_key unique,
    member_id  uuid not null references members,
    origin     text not null check (origin in ('waiting_list', 'invitation', 'draw')),
    joined_at  timestamptz not null,
    -- What the caller passed in, for conditions that ask for it.
    context    jsonb not null,
    left_at    timestamptz,
    -- 'claimed', 'left', or why the member was passed over.
    outcome    text,
    claim_id   uuid,
    primary key (program_id, perk_id, place),
    constraint waiting_ends_with_an_outcome check ((left_at is null) = (outcome is null))
);
-- Nobody waits twice for the same.
create unique index waiting_once on waiting (program_id, perk_id, member_id) where left_at is null;
create index waiting_in_order on waiting (program_id, perk_id, place) where left_at is null;
create index waiting_member on waiting (member_id) where left_at is null;

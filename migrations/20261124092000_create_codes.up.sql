-- Codes: what a member shows at a till to get the unit of a claim. They are kept
-- as they are, since the member is shown them again.

create table codes (
    code_id    bigint generated always as identity primary key,
    program_id text not null references programs,
    perk_id    text not null,
    -- Of one made here, its symbols alone; of a partner's, as it was imported.
    code       text not null,
    source     text not null check (source in ('generated', 'imported')),
    -- The import that it came with.
    batch      uuid,
    added_at   timestamptz not null,
    -- The one claim that ever has it. What became of that claim says whether the
    -- code is redeemed, or void; it is never used for another one.
    claim_id   uuid constraint codes_one_a_claim unique references claims,
    constraint codes_known_once unique (code, program_id, perk_id),
    -- One that is made here is made for a claim.
    constraint codes_free_are_imported check (claim_id is not null or source = 'imported')
);
-- The next one to be given.
create index codes_free on codes (program_id, perk_id, code_id) where claim_id is null;
-- For counting those of a perk.
create index codes_perk on codes (program_id, perk_id) where claim_id is not null;

-- Codes of a partner that no claim has taken: there are no more units than that
-- of a perk that gives them.
alter table perk_stock
    add column free_codes bigint
        constraint perk_stock_no_code_twice check (free_codes >= 0);

-- Draws: one for each perk that a draw decides about, from the commitment to its
-- secret seed on. What was drawn is in `waiting`, in the order of the draw.

create table draws (
    program_id   text not null references programs,
    perk_id      text not null,
    -- Secret until the draw, published with it.
    seed         bytea not null check (length(seed) = 32),
    -- SHA-256 of the seed, published from the beginning.
    commitment   bytea not null check (length(commitment) = 32),
    committed_at timestamptz not null,
    drawn_at     timestamptz,
    -- What was drawn from, and how many units were to be had.
    digest       bytea check (length(digest) = 32),
    entries      bigint check (entries >= 0),
    units        bigint check (units >= 0),
    primary key (program_id, perk_id),
    constraint draws_drawn_whole check (
        (drawn_at is null) = (digest is null)
        and (drawn_at is null) = (entries is null)
        and (drawn_at is null) = (units is null))
);
create index draws_open on draws (program_id, perk_id) where drawn_at is null;

-- Who has entered. Rows stay when an entry is withdrawn, for the audit. An
-- entry that is drawn waits under its own id.
create table draw_entries (
    program_id   text not null,
    perk_id      text not null,
    -- Random, since it is published: it says neither who nor when.
    entry_id     uuid not null constraint draw_entries_id_key unique,
    member_id    uuid not null references members,
    -- What the entrant added, which nobody else could foresee.
    nonce        text,
    entered_at   timestamptz not null,
    -- What the caller passed in, for conditions that ask for it.
    context      jsonb not null,
    withdrawn_at timestamptz,
    primary key (program_id, perk_id, entry_id),
    foreign key (program_id, perk_id) references draws
);
-- Nobody enters twice.
create unique index draw_entries_once on draw_entries (program_id, perk_id, member_id)
    where withdrawn_at is null;

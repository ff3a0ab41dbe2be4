-- `tier`, `since` and `keep_until` are the memory of the rules. What is in
-- effect may be better: somebody granted it.
alter table member_tiers
    add column in_effect  text,
    -- When the member was told that the tier will be lost; null while it is not.
    add column noticed_at timestamptz,
    -- When it must be looked at again although nothing happens.
    add column look_at    timestamptz;
update member_tiers set in_effect = tier, look_at = keep_until;
alter table member_tiers
    alter column in_effect set not null,
    -- A row may be there only to be looked at later.
    alter column history_id drop not null;
create index member_tiers_look_at on member_tiers (look_at) where look_at is not null;

-- The grant that a change of tier came from.
alter table tier_history add column grant_id uuid;
create index tier_history_program on tier_history (member_id, program_id, history_id);

-- The last sweep over everybody's tiers, so that no replica and no restart
-- repeats it: under which versions of which programs, and when it ended.
create table tier_sweeps (
    only_row    boolean primary key default true check (only_row),
    versions    jsonb not null,
    finished_at timestamptz not null
);

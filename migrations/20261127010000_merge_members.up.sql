-- Merges: two members who turned out to be one person. The absorbed member's row stays
-- and has ended, so that older versions of the service treat it as gone.
create table merges (
    merge_id        uuid primary key,
    -- In the order of commits: of two merges of a member, the later one is undone first.
    sequence        bigint generated always as identity,
    survivor_id     uuid not null references members (member_id),
    absorbed_id     uuid not null references members (member_id),
    reason          text not null,
    merged_at       timestamptz not null,
    -- The key with which it was made.
    merged_by       uuid,
    -- What both had, and what was moved. Null once it cannot be undone any more.
    details         jsonb,
    -- Whether the survivor was opted out by name since: that holds for both after an undo.
    opted_out_since boolean not null default false,
    undone_at       timestamptz,
    undo_reason     text,
    undone_by       uuid,
    constraint merges_of_two check (survivor_id <> absorbed_id),
    constraint merges_undone_with_a_reason check ((undone_at is null) = (undo_reason is null))
);
-- Nobody is merged into two.
create unique index merges_standing on merges (absorbed_id) where undone_at is null;
create index merges_survivor on merges (survivor_id, merge_id);
create index merges_absorbed on merges (absorbed_id, merge_id);
create index merges_details on merges (merged_at) where details is not null;

-- The merge, or its undo, that changed the tier. `reason` is one that older versions of
-- the service can read.
alter table tier_history add column merge_id uuid;

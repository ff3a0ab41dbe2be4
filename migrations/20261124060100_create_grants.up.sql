-- Tiers and perks that a person gave, with who, why and until when. Rows stay
-- for the audit: a grant that is taken back is marked, not deleted.
create table grants (
    member_id     uuid not null references members,
    grant_id      uuid not null,
    program_id    text not null references programs,
    kind          text not null check (kind in ('tier', 'perk')),
    -- The tier's or the perk's id.
    target        text not null,
    reason        text not null,
    -- Who decided, in words; and the key with which it was said.
    author        text not null,
    key_id        uuid,
    -- The list that it came with, if it came with one.
    list          text,
    starts_at     timestamptz not null,
    ends_at       timestamptz,
    created_at    timestamptz not null,
    revoked_at    timestamptz,
    revoked_by    text,
    revoke_reason text,
    primary key (member_id, grant_id),
    constraint grants_end_after_start check (ends_at > starts_at)
);
-- The audit reads them by program, latest first (ids are in order of time).
create index grants_program on grants (program_id, grant_id);

-- Saved audiences: groups of members to which programs refer by name.
create table audiences (
    audience   text primary key,
    title      text,
    -- {"when": "<condition>"}, or "list".
    rule       jsonb not null,
    -- Rises with each change, for entity tags.
    version    bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

-- The members on the lists. The member leads the key, as in every table that grows with
-- people; the index serves the pages of a list.
create table audience_members (
    member_id  uuid not null references members,
    audience   text not null references audiences on delete cascade,
    added_at   timestamptz not null,
    primary key (member_id, audience)
);
create index audience_members_by_audience on audience_members (audience, member_id);

-- The rules of the audiences that a version refers to, as they were when it was published;
-- null if it refers to none.
alter table program_versions add column audiences jsonb;

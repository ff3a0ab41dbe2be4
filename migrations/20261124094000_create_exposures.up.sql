-- Who was shown which perk: what an experiment compares, and how many people
-- each perk was offered to on each day.

create table exposures (
    member_id  uuid not null references members,
    program_id text not null references programs,
    perk_id    text not null,
    -- The salt of the experiment that it was part of; empty for none. A new
    -- salt begins anew.
    salt       text not null,
    arm        text not null check (arm in ('offered', 'held_back')),
    -- When it was seen first; never changed, since what came after is counted
    -- from it.
    first_at   timestamptz not null,
    -- The last of the program's days on which it was seen: whoever is seen
    -- again on that day is counted already.
    last_day   date not null,
    primary key (member_id, program_id, perk_id, salt, arm)
);
-- A report reads everybody of one experiment, in order of members.
create index exposures_experiment on exposures (program_id, salt, member_id) where salt <> '';

-- Members to whom a perk was offered, by the program's days. Counts alone, so
-- that they stay when somebody opts out.
create table offers_shown (
    program_id text not null references programs,
    perk_id    text not null,
    day        date not null,
    members    bigint not null check (members >= 0),
    primary key (program_id, perk_id, day)
);

-- Once on each of a program's days everybody is evaluated, and counted here:
-- how many could have had each perk, whether they asked or not.

create table perk_census (
    program_id      text not null references programs,
    perk_id         text not null,
    day             date not null,
    -- By whose rules.
    program_version integer not null,
    taken_at        timestamptz not null,
    eligible        bigint not null check (eligible >= 0),
    held_back       bigint not null check (held_back >= 0),
    primary key (program_id, day, perk_id)
);

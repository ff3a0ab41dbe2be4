-- The first thousand places of the leaderboard on each of the last days, so that it can say who
-- moved. A rank is null where the member was not among the first by that order.
create table leaderboard_days (
    member_id     uuid not null references members,
    day           date not null,
    rank_by_lower integer check (rank_by_lower > 0),
    rank_by_score integer check (rank_by_score > 0),
    primary key (member_id, day)
);
create index leaderboard_days_day on leaderboard_days (day);

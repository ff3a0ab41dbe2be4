drop table leaderboard_days;

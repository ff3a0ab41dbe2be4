drop table topic_ranks;
drop table standing_percentiles;

drop table topic_ranks;

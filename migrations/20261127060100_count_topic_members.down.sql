drop table topic_members;

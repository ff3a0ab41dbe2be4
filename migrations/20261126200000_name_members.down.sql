drop table member_names;
alter table members drop column name;

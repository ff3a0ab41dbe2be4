drop table grants;

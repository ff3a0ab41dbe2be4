drop table member_indices;
drop table handle_keys;
drop table identities;
drop table accounts;
drop table members;

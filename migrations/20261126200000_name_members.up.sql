-- The name that the business gives to a member, and the words by which it is found.
alter table members add column name text;

-- In one case and without accents. A table, so that a search for the beginnings of words
-- reads an index in order.
create table member_names (
    word      text collate "C" not null,
    member_id uuid not null references members,
    primary key (word, member_id)
);
create index member_names_member_id on member_names (member_id);

-- A membership that ended leaves its row, because records of claims and grants name it. To
-- earlier versions of the service it looks like a member who has opted out and has no
-- identities.
alter table members add column ended_at timestamptz;
-- No version of the service can take such a member back into scoring. No row has the column
-- yet, so none needs to be read.
alter table members add constraint members_ended_take_no_part
    check (ended_at is null or scoring = 'opted_out') not valid;

create index draw_entries_member on draw_entries (member_id) where withdrawn_at is null;

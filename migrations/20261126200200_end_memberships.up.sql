-- A membership that ended leaves its row, because records of claims and grants name it. To
-- earlier versions of the service it looks like a member who has opted out and has no
-- identities.
alter table members add column ended_at timestamptz;

create index draw_entries_member on draw_entries (member_id) where withdrawn_at is null;

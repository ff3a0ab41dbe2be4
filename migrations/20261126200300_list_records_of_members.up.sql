-- For the decisions of one member; ids are in order of time.
create index decisions_of_member on decisions (member_id, decision_id) where member_id is not null;

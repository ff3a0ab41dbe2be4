drop table tier_sweeps;
drop index tier_history_program;
alter table tier_history drop column grant_id;
drop index member_tiers_look_at;
delete from member_tiers where history_id is null;
alter table member_tiers alter column history_id set not null;
alter table member_tiers
    drop column in_effect,
    drop column noticed_at,
    drop column look_at;

drop table waiting;
drop table member_claims;
drop table claim_usage;
delete from perk_stock where total is null;
alter table perk_stock
    drop column waiting,
    alter column total set not null;
drop table claims;

drop table tier_days;
drop table figures;

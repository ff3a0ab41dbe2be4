drop table perk_census;

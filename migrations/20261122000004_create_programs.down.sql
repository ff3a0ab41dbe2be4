drop table decisions;
drop table tier_history;
drop table member_tiers;
drop table perk_stock;
drop table program_versions;
drop table programs;

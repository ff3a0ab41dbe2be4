alter table perk_stock drop column free_codes;
drop table codes;

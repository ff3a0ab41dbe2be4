drop table offers_shown;
drop table exposures;

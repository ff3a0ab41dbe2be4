drop trigger forget_packed_score on scores;
drop function forget_packed_score();
alter table scores drop column packed;

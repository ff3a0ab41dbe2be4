-- The decisions of one program, latest first; ids are in order of time.
create index decisions_program on decisions (program_id, decision_id);

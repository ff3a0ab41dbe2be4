drop index decisions_program;

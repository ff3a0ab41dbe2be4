drop index decisions_of_member;

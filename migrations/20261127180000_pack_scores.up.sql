-- A score once more in a compact form that is read in a fraction of the time: a simulation, a
-- sweep of tiers or a census reads the scores of all members. Scores get it when they are
-- written the next time; until then they are read from the body.
alter table scores add column packed bytea;

-- A trigger, because replicas of an earlier version write bodies, too, and do not know the
-- packed form. What they leave would be that of the score before.
create function forget_packed_score() returns trigger language plpgsql as $$
begin
    new.packed := null;
    return new;
end
$$;
create trigger forget_packed_score before update of body on scores
    for each row
    when (new.packed is not distinct from old.packed and new.packed is not null
          and new.body is distinct from old.body)
    execute function forget_packed_score();

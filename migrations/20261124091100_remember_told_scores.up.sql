-- The indices that were last told of each member, null for unknown: a change is
-- measured from here, so that a slow drift is told too.
create table told_scores (
    member_id uuid primary key references members,
    influence double precision,
    value     double precision
);
-- What everybody could look up before is not news.
insert into told_scores (member_id, influence, value)
select distinct on (member_id) member_id, influence, (body #>> '{value,score}')::double precision
from scores
order by member_id, as_of desc;

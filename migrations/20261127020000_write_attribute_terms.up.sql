-- An import of many members writes the terms of their attributes itself, in one statement for
-- thousands of members: the functions below take ten times as long as everything else. It says
-- so for the time of its transaction. What does not say so, such as an earlier version of the
-- service, has the triggers as before.
create function writes_attribute_terms() returns boolean language sql stable as $$
    select current_setting('renown.writes_attribute_terms', true) is not distinct from 'on'
$$;

create or replace function add_attribute_terms() returns trigger language plpgsql as $$
begin
    if writes_attribute_terms() then
        return null;
    end if;
    insert into member_attributes (term, member_id)
    select term, member_id from added, attribute_terms(attributes) as term;
    return null;
end
$$;

create or replace function change_attribute_terms() returns trigger language plpgsql as $$
begin
    if writes_attribute_terms() then
        return null;
    end if;
    delete from member_attributes
    where member_id = new.member_id
        and term not in (select attribute_terms(new.attributes));
    insert into member_attributes (term, member_id)
    select term, new.member_id from attribute_terms(new.attributes) as term
    on conflict do nothing;
    return null;
end
$$;

create or replace function add_attribute_terms() returns trigger language plpgsql as $$
begin
    insert into member_attributes (term, member_id)
    select term, member_id from added, attribute_terms(attributes) as term;
    return null;
end
$$;

create or replace function change_attribute_terms() returns trigger language plpgsql as $$
begin
    delete from member_attributes
    where member_id = new.member_id
        and term not in (select attribute_terms(new.attributes));
    insert into member_attributes (term, member_id)
    select term, new.member_id from attribute_terms(new.attributes) as term
    on conflict do nothing;
    return null;
end
$$;

drop function writes_attribute_terms();

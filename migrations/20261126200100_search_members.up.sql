-- For searches. The order of the collation "C" is that of the bytes, so that a range of an
-- index has all texts that begin alike.
create index accounts_handle on accounts (network, handle collate "C", member_id)
    where member_id is not null;
create index identities_prefix on identities (kind, value collate "C", member_id);
create index member_tiers_in_effect on member_tiers (program_id, in_effect, member_id);
create index topic_scores_members on topic_scores (model_version, topic, member_id);

-- The attributes of members as terms: a hash of a name and one value, in order of the
-- members for each. An index of the documents themselves (GIN) knows no order, so that a
-- page of a frequent value would sort all members who have it.
create table member_attributes (
    term      uuid not null,
    member_id uuid not null references members,
    primary key (term, member_id)
);
create index member_attributes_member_id on member_attributes (member_id);

-- Numbers are the same whatever their digits, 3 and 3.0.
create function attribute_term(name text, value jsonb) returns uuid
language sql immutable strict parallel safe as $$
    select md5(name || chr(31) || case jsonb_typeof(value)
        when 'number' then trim_scale(value::numeric)::text
        else value::text
    end)::uuid
$$;

-- A list has a term for each of its texts.
create function attribute_terms(attributes jsonb) returns setof uuid
language sql immutable strict parallel safe as $$
    select attribute_term(key, value) from jsonb_each(attributes)
    where jsonb_typeof(value) <> 'array'
    union
    select attribute_term(key, item) from jsonb_each(attributes),
        jsonb_array_elements(case jsonb_typeof(value) when 'array' then value else '[]' end) item
$$;

-- Triggers, because earlier versions of the service change attributes, too, and do not know
-- the terms.
create function add_attribute_terms() returns trigger language plpgsql as $$
begin
    insert into member_attributes (term, member_id)
    select term, member_id from added, attribute_terms(attributes) as term;
    return null;
end
$$;
create trigger add_attribute_terms after insert on members
    referencing new table as added
    for each statement execute function add_attribute_terms();

create function change_attribute_terms() returns trigger language plpgsql as $$
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
create trigger change_attribute_terms after update on members
    for each row when (old.attributes is distinct from new.attributes)
    execute function change_attribute_terms();

insert into member_attributes (term, member_id)
select term, member_id from members, attribute_terms(attributes) as term;

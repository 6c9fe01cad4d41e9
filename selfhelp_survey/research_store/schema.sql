-- The research schema. Every block runs once, in order, as the owner role; research.schema_version remembers how far a
-- database has come. A released block is never edited: a change is a new block.
--
-- Nothing here counts or dates single rows: no sequence, no clock. Every unique key begins with the series, so that the
-- tables can be spread over several servers. No check constraint looks at an answer, because PostgreSQL would write the
-- failing row into its log; the checks stand in functions that name the rule and never a value.

-- name: version_1
create table research.schema_version (
    version integer not null primary key
);

-- What the owner promised before any data were seen. Only the owner writes here; the checks read k and l from nowhere else.
create table research.series (
    series text not null primary key check (series ~ '^[a-z][a-z0-9_-]{0,62}$'),
    kind text not null check (kind in ('real', 'rehearsal', 'synthetic')),
    form text not null check (form in ('records', 'totals')),
    k integer not null check (k >= 3),
    l integer not null check (l >= 1),
    minimum integer not null check (minimum >= 1),
    quasi_identifiers text[] not null,
    variables text[] not null check (quasi_identifiers <@ variables and '' <> all (variables)),
    diversity jsonb not null,
    plan_hash text not null,
    plan jsonb not null
);

create table research.release (
    series text not null references research.series,
    number integer not null check (number >= 1),
    kind text not null,
    manifest_digest text not null,
    manifest jsonb not null,
    rows integer not null,
    primary key (series, number)
);

-- The anonymised records. The id is drawn here, at random; it leads nowhere. No foreign key: it would cost one look-up
-- for each row, and keep_open_only below already refuses rows of any release but one being loaded.
create table research.response (
    series text not null,
    release integer not null,
    id uuid not null default gen_random_uuid(),
    record jsonb not null,
    primary key (series, release, id)
);

-- Digests keyed by the random ids sealed inside the responses, the same from every research key: they stop a response
-- from being loaded twice, whoever releases it. Nothing links a digest to a row, and readers may not see them.
create table research.response_digest (
    series text not null,
    digest bytea not null,
    release integer not null,
    primary key (series, digest)
);

create table research.codebook (
    series text not null,
    release integer not null,
    codebook jsonb not null,
    primary key (series, release)
);

create table research.total (
    series text not null,
    release integer not null,
    table_name text not null,
    cell jsonb not null,
    count integer not null,
    primary key (series, release, table_name, cell)
);

-- The releases being loaded right now. A release is open from the moment it is announced until it has been checked, and
-- never again; a committed database has no row here.
create table research.unchecked (
    series text not null,
    release integer not null,
    primary key (series, release)
);

-- Announcing a release opens it. One load at a time, at read committed: a check then sees everything loaded before it.
create function research.open_release() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_catalog.pg_advisory_xact_lock(7305808869229538);
    if pg_catalog.current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'a release is loaded at isolation level read committed' using errcode = 'RS009';
    end if;
    insert into research.unchecked (series, release) select added.series, added.number from added;
    return null;
end
$$;

-- Whatever belongs to a release goes into an open one: once per statement, however many rows it brings.
create function research.keep_open_only() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if exists (
        select from (select distinct series, release from added) as touched
        where not exists (
            select from research.unchecked
            where unchecked.series = touched.series and unchecked.release = touched.release
        )
    ) then
        raise exception 'the release is closed: nothing can be added to it' using errcode = 'RS001';
    end if;
    return null;
end
$$;

-- Rows of a records release hold exactly the registered variables: all of them, and no more than their number. For the
-- number no key is counted: by jsonb's documented order an object of more pairs is always the larger one, so anything
-- above the least object of one pair more has too many. (The least object has the empty name, which no variable has.)
create function research.refuse_other_variables(plan research.series, release_number integer) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    one_more constant jsonb := (
        select jsonb_object_agg(name, null) from unnest(array_append(plan.variables, '')) as names (name)
    );
    wrong boolean;
begin
    -- Handed over as parameters, which are planned as constants: unpacked once and not once for each row.
    execute 'select exists (select from research.response where series = $1 and release = $2 and ('
        ' jsonb_typeof(record) <> ''object'' or not record ?& $3 or record ? '''' or record >= $4))'
        into wrong using plan.series, release_number, plan.variables, one_more;
    if wrong then
        raise exception 'a row lacks a variable of the series, or has one too many' using errcode = 'RS002';
    end if;
end
$$;

-- The condition under which a class is not diverse in one item: fewer distinct values than needed among the rows that
-- have one, unless no row of the class has any. A pattern with a missing part is not counted as a value. The item's
-- parts are the columns `<name>_1`, `<name>_2`, ... of the row source.
create function research.not_diverse(name text, item jsonb) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
    select format(
        '(bool_or(not (%1$s)) and count(distinct %2$s) filter (where not (%3$s)) < %4$s)',
        string_agg(format('%I = any ($3)', part), ' and '),
        case when count(*) = 1 then min(quote_ident(part))
             else 'jsonb_build_array(' || string_agg(quote_ident(part), ', ') || ')' end,
        string_agg(format('%I = any ($3)', part), ' or '),
        (item ->> 'needed')::integer
    )
    from generate_series(1, jsonb_array_length(item -> 'variables')) as places (place),
        lateral (select name || '_' || place as part) as parts
$$;

-- No class of the release under k rows, and none without the promised diversity. Quasi-identifiers are compared as
-- written, so that 1 and "1" are two classes: the stricter reading. Each value is taken out of its
-- record once, and compared byte by byte.
create function research.refuse_weak_classes(plan research.series, release_number integer) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    missing constant text[] := array['-1', '-2', '-3', '-4', '-5', '-6', '-7', '-8'];
    keys text;
    key_values text;
    item_values text;
    spoilt text;
    weak integer;
begin
    select coalesce(string_agg(format('key_%s', place), ', '), '()'),
           coalesce(string_agg(format(', (record -> %L)::text collate "C" as key_%s', name, place), ''), '')
        into keys, key_values
        from unnest(plan.quasi_identifiers) with ordinality as names (name, place);
    select coalesce(string_agg(' or ' || research.not_diverse('item_' || number, item), ''), '')
        into spoilt
        from jsonb_array_elements(plan.diversity) with ordinality as items (item, number);
    select coalesce(string_agg(format(', (record ->> %L) collate "C" as %I', name, format('item_%s_%s', number, place)), ''), '')
        into item_values
        from jsonb_array_elements(plan.diversity) with ordinality as items (item, number),
            jsonb_array_elements_text(item -> 'variables') with ordinality as names (name, place);
    execute format(
        'select count(*) from (select from (select 1%s%s from research.response where series = $1 and release = $2'
        ' offset 0) as taken group by %s having count(*) < $4%s) as weak', key_values, item_values, keys, spoilt
    ) into weak using plan.series, release_number, missing, plan.k;
    if weak > 0 then
        raise exception 'a class has fewer rows than k, or too few distinct values' using errcode = 'RS004';
    end if;
end
$$;

-- A release of records: as many rows as announced, one digest each, no totals.
create function research.check_records(plan research.series, announced research.release) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    loaded bigint := (select count(*) from research.response
                      where series = announced.series and release = announced.number);
    digests bigint := (select count(*) from research.response_digest
                       where series = announced.series and release = announced.number);
begin
    if exists (select from research.total where series = announced.series and release = announced.number) then
        raise exception 'a series of records takes no totals' using errcode = 'RS005';
    end if;
    if loaded <> announced.rows or digests <> loaded or loaded < plan.minimum then
        raise exception 'rows, digests and the announced or smallest size do not agree' using errcode = 'RS006';
    end if;
    perform research.refuse_other_variables(plan, announced.number);
    perform research.refuse_weak_classes(plan, announced.number);
end
$$;

-- A release of totals: no record at all, every count a multiple of 5, from enough new responses.
create function research.check_totals(plan research.series, announced research.release) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    loaded bigint := (select count(*) from research.total
                      where series = announced.series and release = announced.number);
    digests bigint := (select count(*) from research.response_digest
                       where series = announced.series and release = announced.number);
begin
    if exists (select from research.response where series = announced.series and release = announced.number) then
        raise exception 'a series of totals takes no records' using errcode = 'RS005';
    end if;
    if loaded <> announced.rows or loaded = 0 or digests < plan.minimum then
        raise exception 'rows, digests and the announced or smallest size do not agree' using errcode = 'RS006';
    end if;
    if exists (
        select from research.total
        where series = announced.series and release = announced.number and (count < 0 or count % 5 <> 0)
    ) then
        raise exception 'a total is not rounded to 5' using errcode = 'RS007';
    end if;
end
$$;

-- One person, one output: no response of this release stands in another series. Hash joins only: before the first
-- ANALYZE the planner takes the table for a handful of rows.
create function research.refuse_known_elsewhere(series_name text, release_number integer) returns void
language plpgsql set search_path = pg_catalog, pg_temp set enable_nestloop = off as $$
begin
    if exists (
        select from research.response_digest as mine
        join research.response_digest as other on other.digest = mine.digest
        where mine.series = series_name and mine.release = release_number and other.series <> series_name
    ) then
        raise exception 'a response of this release is already in another series' using errcode = 'RS010';
    end if;
end
$$;

-- The whole check of one release. It closes the release first, so that nothing can follow the check.
create function research.check_release() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    plan research.series;
    announced research.release;
begin
    delete from research.unchecked where series = new.series and release = new.release;
    select * into strict plan from research.series where series = new.series;
    select * into strict announced from research.release where series = new.series and number = new.release;
    if announced.kind <> plan.kind or not exists (
        select from research.codebook where series = new.series and release = new.release
    ) then
        raise exception 'the release is of another kind than its series, or has no codebook' using errcode = 'RS008';
    end if;
    perform research.refuse_known_elsewhere(new.series, new.release);
    if plan.form = 'records' then
        perform research.check_records(plan, announced);
    else
        perform research.check_totals(plan, announced);
    end if;
    return null;
end
$$;

create constraint trigger check_release after insert on research.unchecked
    deferrable initially deferred for each row execute function research.check_release();
create trigger open_release after insert on research.release
    referencing new table as added for each statement execute function research.open_release();
create trigger keep_open_only after insert on research.response
    referencing new table as added for each statement execute function research.keep_open_only();
create trigger keep_open_only after insert on research.response_digest
    referencing new table as added for each statement execute function research.keep_open_only();
create trigger keep_open_only after insert on research.codebook
    referencing new table as added for each statement execute function research.keep_open_only();
create trigger keep_open_only after insert on research.total
    referencing new table as added for each statement execute function research.keep_open_only();

-- "always": they fire also where replication would switch ordinary triggers off.
alter table research.unchecked enable always trigger check_release;
alter table research.release enable always trigger open_release;
alter table research.response enable always trigger keep_open_only;
alter table research.response_digest enable always trigger keep_open_only;
alter table research.codebook enable always trigger keep_open_only;
alter table research.total enable always trigger keep_open_only;

-- name: version_2
-- For analysts: what was released, with labels, without knowing how it is kept. Every view shows one kind of responses,
-- real ones unless the session asks for another (`set research.kind = 'synthetic'`), and words in one language, English
-- unless it asks for another (`set research.language = 'es'`). A view may show no more than whoever reads it may see.
-- The program makes one more view for each questionnaire, and `research.harmonised`, whenever a series is registered.

-- The codebook that a series was registered with: the views have its variables before a release is there.
create table research.described (
    series text not null primary key references research.series,
    codebook jsonb not null
);

-- Records stay as they are while they fit into a page: unpacking a compressed one for each variable costs far more time
-- than it saves room.
alter table research.response set (toast_tuple_target = 8160);

-- The kind of responses that this session looks at.
create function research.chosen_kind() returns text language sql stable
return coalesce(nullif(pg_catalog.current_setting('research.kind', true), ''), 'real');

-- The words in the session's language; failing that in English, failing that in any; null where there are none.
create function research.wording(words jsonb) returns text language sql stable
return coalesce(
    words ->> coalesce(nullif(pg_catalog.current_setting('research.language', true), ''), 'en'),
    words ->> 'en',
    pg_catalog.jsonb_path_query_first(words, '$.*') #>> '{}'
);

-- One row for each variable of each release, in the codebook's order.
create view research.codebook_variable with (security_invoker = true) as
select
    codebook.series,
    codebook.release,
    held.place,
    held.variable ->> 'name' as variable,
    held.variable ->> 'harmonised' as harmonised,
    held.variable ->> 'question_name' as question,
    held.variable ->> 'type' as type,
    held.variable ->> 'role' as role,
    (held.variable ->> 'level')::integer as level,
    held.variable ->> 'universe' as universe,
    research.wording(held.variable -> 'label') as label
from research.codebook
cross join lateral jsonb_path_query(codebook.codebook, '$.variables[*]') with ordinality as held (variable, place);

-- One row for each value of each variable of each release, missing ones included.
create view research.codebook_value with (security_invoker = true) as
select
    codebook.series,
    codebook.release,
    held.variable ->> 'name' as variable,
    listed.value ->> 'code' as code,
    listed.is_missing,
    research.wording(listed.value -> 'label') as label
from research.codebook
cross join lateral jsonb_path_query(codebook.codebook, '$.variables[*]') as held (variable)
cross join lateral (
    select value, false as is_missing from jsonb_path_query(held.variable, '$.values[*]') as given (value)
    union all
    select value, true from jsonb_path_query(held.variable, '$.missing[*]') as given (value)
) as listed;

-- All labels of a release in one object, variable -> code -> label: looked up for each row, built once for each query.
create view research.release_label with (security_invoker = true) as
select series, release, jsonb_object_agg(variable, labels) as labels
from (
    select series, release, variable, jsonb_object_agg(code, label) as labels
    from research.codebook_value
    where variable is not null and code is not null and label is not null
    group by series, release, variable
) as labelled
group by series, release;

-- What a release says of itself: sample, instrument, and harmonised name -> variable.
create view research.release_head with (security_invoker = true) as
select
    codebook.series,
    codebook.release,
    codebook.codebook ->> 'sample' as sample,
    codebook.codebook ->> 'questionnaire' as instrument,
    coalesce(
        jsonb_object_agg(held.variable ->> 'harmonised', held.variable ->> 'name')
            filter (where held.variable ->> 'harmonised' is not null),
        '{}'
    ) as names
from research.codebook
left join lateral jsonb_path_query(codebook.codebook, '$.variables[*]') as held (variable) on true
group by codebook.series, codebook.release;

-- One row for each harmonised variable of each record: the same as research.harmonised, in the long form.
create view research.harmonised_value with (security_invoker = true) as
select
    head.sample,
    head.instrument,
    response.series,
    response.release,
    response.id as record,
    named.harmonised as variable,
    response.record ->> named.name as value,
    words.labels #>> array[named.name, response.record ->> named.name] as label
from research.response
join research.series on series.series = response.series and series.kind = research.chosen_kind()
join research.release_head as head on head.series = response.series and head.release = response.release
left join research.release_label as words on words.series = response.series and words.release = response.release
cross join lateral jsonb_each_text(head.names) as named (harmonised, name)
where response.record ? named.name;

-- One row for each cell of each table of totals; `count` is null where it is withheld.
create view research.protected_total with (security_invoker = true) as
select
    head.sample,
    head.instrument,
    total.series,
    total.release,
    total.table_name,
    total.cell,
    nullif(total.count, -7) as count,
    total.count = -7 as is_withheld
from research.total
join research.series on series.series = total.series and series.kind = research.chosen_kind()
join research.release_head as head on head.series = total.series and head.release = total.release;

-- The condition under which a total breaks its series' promise. Where the plan withholds small counts: it is shown,
-- neither 0 nor at least the threshold. Elsewhere: no multiple of 5. Without a threshold of 3 or more nothing but 0
-- may be shown.
create function research.is_unprotected(count integer, plan jsonb) returns boolean language sql immutable
return case
    when plan #>> '{plan,protection}' = 'suppression' then
        count not in (0, -7)
        and (
            coalesce((plan #>> '{plan,threshold}')::integer, 0) < 3
            or count < (plan #>> '{plan,threshold}')::integer
        )
    else count < 0 or count % 5 <> 0
end;

-- A release of totals: no record at all, every count rounded or withheld as promised, from enough new responses.
create or replace function research.check_totals(plan research.series, announced research.release) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    loaded bigint := (select count(*) from research.total
                      where series = announced.series and release = announced.number);
    digests bigint := (select count(*) from research.response_digest
                       where series = announced.series and release = announced.number);
begin
    if exists (select from research.response where series = announced.series and release = announced.number) then
        raise exception 'a series of totals takes no records' using errcode = 'RS005';
    end if;
    if loaded <> announced.rows or loaded = 0 or digests < plan.minimum then
        raise exception 'rows, digests and the announced or smallest size do not agree' using errcode = 'RS006';
    end if;
    if exists (
        select from research.total
        where series = announced.series and release = announced.number
            and research.is_unprotected(total.count, plan.plan)
    ) then
        raise exception 'a total is neither rounded nor withheld as promised' using errcode = 'RS007';
    end if;
end
$$;

-- name: version_3
-- The catalogue of harmonised variables, beside what was released under their names.

-- Each catalogue that an owner's program brought, the newest with the highest number; none is changed or taken away.
create table research.catalogue (
    number integer not null primary key,
    catalogue jsonb not null
);

-- One row for each harmonised variable and each instrument that carries it: how far it may be compared, and over which
-- time it was asked. A variable that has no row for an instrument is not asked there.
create view research.harmonised_variable with (security_invoker = true) as
select
    variable.place,
    variable.held ->> 'name' as variable,
    carried.held ->> 'instrument' as instrument,
    carried.held ->> 'comparability' as comparability,
    carried.held ->> 'time_reference' as time_reference,
    variable.held ->> 'type' as type,
    array(select jsonb_array_elements_text(variable.held -> 'columns')) as columns,
    research.wording(variable.held -> 'label') as label,
    research.wording(carried.held -> 'note') as note
from (select catalogue from research.catalogue order by number desc limit 1) as newest
cross join lateral jsonb_path_query(newest.catalogue, '$.variables[*]') with ordinality as variable (held, place)
cross join lateral jsonb_path_query(variable.held, '$.instruments[*]') as carried (held);

-- One row for each substantive value of each harmonised variable, as it is asked.
create view research.harmonised_code with (security_invoker = true) as
select
    variable.held ->> 'name' as variable,
    (listed.value ->> 'code')::integer as code,
    research.wording(listed.value -> 'label') as label
from (select catalogue from research.catalogue order by number desc limit 1) as newest
cross join lateral jsonb_path_query(newest.catalogue, '$.variables[*]') as variable (held)
cross join lateral jsonb_path_query(variable.held, '$.values[*]') as listed (value);

-- Two variables of one release never share a harmonised name: in research.harmonised one would hide the other.
create function research.refuse_shared_names() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if exists (
        select from added,
            lateral jsonb_path_query(added.codebook, '$.variables[*].harmonised') as named (harmonised)
        where jsonb_typeof(named.harmonised) <> 'null'
        group by added.series, added.release, named.harmonised
        having count(*) > 1
    ) then
        raise exception 'two variables of the release share a harmonised name' using errcode = 'RS011';
    end if;
    return null;
end
$$;

create trigger refuse_shared_names after insert on research.codebook
    referencing new table as added for each statement execute function research.refuse_shared_names();
alter table research.codebook enable always trigger refuse_shared_names;

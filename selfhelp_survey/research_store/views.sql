-- The views that depend on what is registered: one for each questionnaire, and the harmonised one. The words in curly
-- brackets are identifiers, literals, or columns composed by the program.

-- name: described_series
-- Every series of records: its questionnaire, its variables, and the newest codebook there is.
select
    series.series,
    series.plan #>> '{plan,questionnaire}' as questionnaire,
    series.variables,
    coalesce(
        (select codebook from research.codebook where codebook.series = series.series order by release desc limit 1),
        (select codebook from research.described where described.series = series.series)
    ) as codebook
from research.series
where series.form = 'records'
order by series.series;

-- name: relations
-- What there is in the schema, and what the comment on it says.
select relname, obj_description(oid, 'pg_class') from pg_class where relnamespace = to_regnamespace('research');

-- name: columns_of
-- The columns of a view as it stands, in order.
select attname from pg_attribute
where attrelid = to_regclass(format('research.%%I', %(view)s::text)) and attnum > 0
order by attnum;

-- name: questionnaire_view
create or replace view research.{view} with (security_invoker = true) as
select {columns}
from research.response
join research.series on series.series = response.series and series.kind = research.chosen_kind()
left join research.release_label as words
    on words.series = response.series and words.release = response.release and words.series = any ({series})
where response.series = any ({series});

-- name: harmonised_view
create or replace view research.{view} with (security_invoker = true) as
select {columns}
from research.response
join research.series on series.series = response.series and series.kind = research.chosen_kind()
join research.release_head as head on head.series = response.series and head.release = response.release
left join research.release_label as words on words.series = response.series and words.release = response.release;

-- name: drop_view
drop view research.{view};

-- name: comment_view
comment on view research.{view} is {comment};

-- name: grant_view
grant select on research.{view} to {reader};

-- name: harmonised_columns
head.sample, head.instrument, response.series, response.release, response.id as record, series.kind,
response.record ->> {version} as version,
(
    select jsonb_object_agg(named.harmonised, response.record -> named.name)
    from jsonb_each_text(head.names) as named (harmonised, name)
    where response.record ? named.name
) as variables

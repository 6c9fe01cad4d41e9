-- In the site's database, as the owner of the tables: every table and view of the survey, and Django's notes of them.
-- All or nothing: a table of the site's own that refers to one of them stops it, and then nothing is gone.
do $$
declare
    everything text;
begin
    select string_agg(format('%I.%I', schemaname, tablename), ', ') into everything from pg_tables
    where schemaname = current_schema() and tablename like 'selfhelp\_survey\_%';
    drop view if exists selfhelp_survey_rounded_counts;
    execute 'drop table ' || everything;
    delete from django_migrations where app = 'selfhelp_survey';
end
$$;

-- After each `manage.py migrate --database owner`, as the owner, and before `survey_roles`, which narrows this down for
-- the survey's tables: psql "dbname=site user=site_owner" --file grants.sql
grant select, insert, update, delete on all tables in schema public to site_web;
grant usage on all sequences in schema public to site_web;

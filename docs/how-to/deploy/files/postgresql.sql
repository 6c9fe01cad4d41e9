-- Once, as PostgreSQL's superuser: psql --file postgresql.sql
-- Three roles without passwords: they come in by the local socket (pg_hba.conf), or get one with \password.
create role site_owner login;
create role site_web login connection limit 40;
create role site_maintenance login connection limit 5;
create database site owner site_owner;
revoke all on database site from public;
grant connect on database site to site_web, site_maintenance;

-- No statement of theirs reaches a log with its values or its time.
alter role site_web set log_statement = 'none';
alter role site_web set log_min_duration_statement = -1;
alter role site_web set log_min_error_statement = 'panic';
alter role site_web set log_parameter_max_length = 0;
alter role site_web set log_error_verbosity = 'terse';
alter role site_maintenance set log_statement = 'none';
alter role site_maintenance set log_min_duration_statement = -1;
alter role site_maintenance set log_min_error_statement = 'panic';
alter role site_maintenance set log_parameter_max_length = 0;
alter role site_maintenance set log_error_verbosity = 'terse';

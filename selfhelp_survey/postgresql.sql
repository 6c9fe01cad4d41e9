-- What PostgreSQL itself can be asked: where a table is, how the server is set up, and what a role may do.

-- name: located
-- The quoted name of a table with its schema, and that of the schema; no row where there is no such table.
select format('%%I.%%I', schemas.nspname, tables.relname), format('%%I', schemas.nspname)
from pg_catalog.pg_class as tables
join pg_catalog.pg_namespace as schemas on schemas.oid = tables.relnamespace
where tables.oid = to_regclass(%(table)s);

-- name: reach
-- What a role may do with the two tables of responses, as "SELECT on inbox": by itself, as a member of another role, as
-- their owner, or as a superuser. No rows while the tables are not there.
select distinct privilege || ' on ' || place
from (values ('inbox', to_regclass(%(inbox)s)), ('sealed', to_regclass(%(sealed)s))) as tables (place, name)
cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) as privilege
cross join pg_catalog.pg_roles as reached
where pg_has_role(%(role)s, reached.oid, 'MEMBER')
    and case
        when privilege in ('DELETE', 'TRUNCATE', 'TRIGGER') then has_table_privilege(reached.oid, name, privilege)
        else has_any_column_privilege(reached.oid, name, privilege)
    end
order by 1;

-- name: powers
-- What a role may do that no role of the survey should, in words. No rows where there is nothing.
select power
from pg_catalog.pg_roles as role
cross join lateral (
    values
    ('is a superuser', role.rolsuper),
    ('may create roles', role.rolcreaterole),
    ('reads every row of the write-ahead log (REPLICATION)', role.rolreplication),
    (
        'owns the tables of responses',
        exists (
            select from pg_catalog.pg_class as tables
            where tables.oid in (to_regclass(%(inbox)s), to_regclass(%(sealed)s))
                and pg_has_role(role.oid, tables.relowner, 'MEMBER')
        )
    ),
    (
        'may create tables and functions beside the survey''s (revoke create on that schema from public)',
        exists (
            select from pg_catalog.pg_class as tables
            where tables.oid = to_regclass(%(inbox)s)
                and has_schema_privilege(role.oid, tables.relnamespace, 'CREATE')
        )
    ),
    ('sees what other roles are doing (pg_read_all_stats)', pg_has_role(role.oid, 'pg_read_all_stats', 'MEMBER')),
    ('reads the server''s files (pg_read_server_files)', pg_has_role(role.oid, 'pg_read_server_files', 'MEMBER')),
    (
        'runs programs on the server (pg_execute_server_program)',
        pg_has_role(role.oid, 'pg_execute_server_program', 'MEMBER')
    )
) as powers (power, has_it)
where role.rolname = %(role)s and has_it and (power = 'is a superuser' or not role.rolsuper);

-- name: onlookers
-- The roles that see the statements of others while they run, beside superusers and PostgreSQL's own roles.
select rolname
from pg_catalog.pg_roles
where not rolsuper and rolname !~ '^pg_' and pg_has_role(oid, 'pg_read_all_stats', 'MEMBER')
order by rolname;

-- name: role
select current_user;

-- name: settings
-- As they are for this connection: those of its role and its database count. A setting that the server does not have,
-- or does not show to this role, is missing.
select name, setting from pg_catalog.pg_settings where name = any(string_to_array(%(names)s, ','));

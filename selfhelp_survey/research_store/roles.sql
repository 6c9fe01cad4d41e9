-- Three roles nobody logs in with; people and programs are made members of one. The names are filled in by the program.
-- The words in curly brackets are identifiers ({owner}, {writer}, {reader}, {member}) or one text ({name}).

-- name: role_exists
select exists (select from pg_catalog.pg_roles where rolname = %(name)s);

-- name: create_role
-- Roles belong to the whole cluster: another database may have made them a moment ago, which is as good.
do $$
begin
    create role {member} nologin;
exception when duplicate_object or unique_violation then
    null;
end
$$;

-- name: may_become
-- PostgreSQL 16 tells membership from the right to take the role on; who creates a role has only the first.
select pg_catalog.pg_has_role(
    current_user, %(name)s,
    case when pg_catalog.current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end
);

-- name: join_owner
grant {owner} to current_user;

-- name: create_schema
-- Asked first: PostgreSQL wants the right to make one even where it is there already.
do $$
begin
    if pg_catalog.to_regnamespace('research') is null then
        create schema research authorization {owner};
    end if;
end
$$;

-- name: become_owner
set local role {owner};

-- name: grants
-- The writer can only add: whole releases, in the columns named here (never the random id). The reader can only read,
-- and not the digests. Functions are taken from everybody: who may not call them may not hang them on a table either.
revoke all on schema research from public;
revoke all on all tables in schema research from public, {writer}, {reader};
revoke all on all functions in schema research from public, {writer}, {reader};
grant usage on schema research to {writer}, {reader};
grant select on research.schema_version, research.series, research.release to {writer};
grant insert (series, number, kind, manifest_digest, manifest, rows) on research.release to {writer};
grant insert (series, release, record) on research.response to {writer};
grant insert (series, release, digest) on research.response_digest to {writer};
grant insert (series, release, codebook) on research.codebook to {writer};
grant insert (series, release, table_name, cell, count) on research.total to {writer};
grant select on research.schema_version, research.series, research.release, research.response,
    research.codebook, research.total, research.codebook_variable, research.codebook_value, research.release_label,
    research.release_head, research.harmonised_value, research.protected_total, research.catalogue,
    research.harmonised_variable, research.harmonised_code to {reader};
grant execute on function research.chosen_kind(), research.wording(jsonb) to {reader};

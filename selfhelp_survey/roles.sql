-- Two database roles for the survey, each with the least rights that its work needs. `manage.py survey_roles` puts
-- names where curly brackets stand, and prints or runs the whole. Run it again after each `migrate`.

-- name: role
-- Made without a password. Give it one (\password in psql), or let it in by the socket or certificate it comes with.
do $$
begin
    if to_regrole('{role}') is null then
        create role {role} login;
    end if;
end
$$;

-- name: forget
-- Whatever anybody was given by name or as PUBLIC before, on the survey's own tables only.
revoke all on {every_table} from public, {web}, {maintenance};
revoke create on schema {schema} from {web}, {maintenance};
grant usage on schema {schema} to {web}, {maintenance};

-- name: web
-- The website, its admin, and the commands that publish and open: they edit what maintainers edit.
grant select, insert, update on {questionnaire}, {languagesignoff}, {textsignoff}, {entry}, {keyproof} to {web};
grant select, insert, update, delete on {wording}, {organisation} to {web};
-- A published version never changes, and never goes.
grant select, insert on {publishedversion} to {web};
-- Drafts are saved, locked while two tabs merge, emptied when sent, deleted when left.
grant select, insert, update, delete on {draft} to {web};
-- A response can be handed in, and from then on not be seen, changed or taken away. There is nothing at all on
-- {sealedresponse}.
grant insert on {inboxresponse} to {web};
-- How much waits, in tens: a view that counts with its owner's rights. When the chores were last done.
grant select on {roundedcount}, {upkeep} to {web};

-- name: own_content
grant select, insert, update, delete on {content} to {web};

-- name: host_content
-- A table of the site's own, which stands in for one of the survey's: the survey reads it. Who edits it is the site's
-- own matter, and nothing is taken away.
grant select on {content} to {web};

-- name: maintenance
-- The timers: shuffle, purge, bundle, collected, status. Rows are moved, and rewritten where they are, by deleting and
-- inserting; nothing is updated.
grant select, insert, delete on {inboxresponse}, {draft}, {sealedresponse} to {maintenance};
grant select, insert, update on {upkeep} to {maintenance};
-- Questionnaires go into the bundle; status says whether the survey is open, and why not.
grant select on {publishedversion}, {entry}, {keyproof}, {roundedcount} to {maintenance};

-- name: maintain
-- From PostgreSQL 17 on somebody who is not the owner may be let VACUUM, so that deleted rows leave the files at once.
do $$
begin
    if current_setting('server_version_num')::integer >= 170000 then
        execute 'grant maintain on {inboxresponse}, {sealedresponse}, {draft} to {maintenance}';
    end if;
end
$$;

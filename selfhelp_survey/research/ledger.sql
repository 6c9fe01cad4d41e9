-- The ledger of one research key: a SQLite file. Every id is keyed, every body is encrypted; what stands here in
-- the clear is how many responses there are, and which of them left in the same release.

-- name: schema
create table about (name text primary key, body blob not null);
create table questionnaire (id blob primary key, body blob not null);
create table series (id blob primary key, body blob not null);
create table release (id blob primary key, body blob not null);
-- `release` is empty while a response is pending; `body` (the response, still sealed) is emptied once its release stands.
-- What the end of a series drops is taken and emptied as if by a release that nobody ever made.
create table response (id blob primary key, release blob, body blob);
create index response_release on response (release);

-- name: layout_3
-- Free texts. Nothing ties them to a response; without rowid, so that they lie in the order of their random ids.
create table text (id blob primary key, body blob not null) without rowid;

-- name: put_about
insert into about (name, body) values (:name, :body) on conflict (name) do update set body = excluded.body;

-- name: get_about
select body from about where name = :name;

-- name: put_questionnaire
insert into questionnaire (id, body) values (:id, :body) on conflict (id) do nothing;

-- name: all_questionnaires
select id, body from questionnaire order by rowid;

-- name: put_series
insert into series (id, body) values (:id, :body);

-- name: get_series
select body from series where id = :id;

-- name: put_release
insert into release (id, body) values (:id, :body) on conflict (id) do update set body = excluded.body;

-- name: all_releases
select id, body from release order by rowid;

-- name: put_response
insert into response (id, body) values (:id, :body) on conflict (id) do nothing;

-- name: pending_responses
select id, body from response where release is null order by rowid;

-- name: released_responses
select id, body from response where release = :release order by id;

-- name: released_ids
select id from response where release = :release order by id;

-- name: take_response
-- Only a pending response can be taken: the number of changed rows tells.
update response set release = :release where id = :id and release is null;

-- name: empty_responses
update response set body = null where release = :release;

-- name: count_responses
select count(*) from response;

-- name: count_released
select count(*) from response where release is not null;

-- name: count_releases
select count(*) from release;

-- name: held_ids
-- The responses whose body is still here, released or not.
select id from response where body is not null order by rowid;

-- name: get_response
select id, body from response where id = :id;

-- name: rewrite_response
update response set body = :body where id = :id and body is not null;

-- name: put_text
insert into text (id, body) values (:id, :body) on conflict (id) do update set body = excluded.body;

-- name: all_texts
select id, body from text order by id;

-- name: drop_text
delete from text where id = :id;

-- name: drop_texts
delete from text;

-- name: count_texts
select count(*) from text;

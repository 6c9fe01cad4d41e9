-- What the probe asks of a table that it may only add to. The words in curly brackets are tables.

-- name: add_unless_there
-- Adds nothing where a row of this id is there already: the number of rows added tells, without a look at any row.
insert into {inbox} (id, sealed) values (%s, %s) on conflict do nothing;

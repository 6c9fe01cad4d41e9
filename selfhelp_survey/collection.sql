-- What moving responses on needs beside the ORM, on PostgreSQL. The words in curly brackets are tables.

-- name: one_at_a_time
-- Whoever shuffles, purges or deletes collected rows waits here for the other, until the end of the transaction. The number
-- only has to be the same for all. A lock that no table and no right is needed for.
select pg_advisory_xact_lock(7020318456);

-- name: wipe
-- Takes the moved and rewritten rows out of the files, where a deleted row otherwise stands on until PostgreSQL comes round.
vacuum (truncate true, index_cleanup on) {inbox}, {sealed}, {draft};

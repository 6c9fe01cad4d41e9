-- Every statement the PostgreSQL store sends after the schema is there.

-- name: lock_layout
-- Two people may upgrade at once; the second waits and then finds nothing to do.
select pg_catalog.pg_advisory_xact_lock(7305808869229539);

-- name: has_layout
select pg_catalog.to_regclass('research.schema_version') is not null;

-- name: layout_version
select coalesce(max(version), 0) from research.schema_version;

-- name: remember_version
insert into research.schema_version (version) values (%(version)s);

-- name: add_series
insert into research.series
    (series, kind, form, k, l, minimum, quasi_identifiers, variables, diversity, plan_hash, plan)
values (%(series)s, %(kind)s, %(form)s, %(k)s, %(l)s, %(minimum)s, %(quasi_identifiers)s, %(variables)s,
        %(diversity)s, %(plan_hash)s, %(plan)s)
on conflict (series) do nothing;

-- name: add_described
insert into research.described (series, codebook) values (%(series)s, %(codebook)s);

-- name: find_series
select series, kind, form, k, l, minimum, quasi_identifiers, variables, diversity, plan_hash, plan
from research.series where series = %(series)s;

-- name: known_releases
select number, manifest_digest from research.release where series = %(series)s order by number;

-- name: known_digest
select manifest_digest from research.release where series = %(series)s and number = %(number)s;

-- name: lock_loading
-- One load at a time: whoever comes second waits here, and then sees what the first one loaded. open_release, which every
-- writer goes through, takes the same lock.
select pg_catalog.pg_advisory_xact_lock(7305808869229538);

-- name: roomy
-- For this transaction only: the rows of one statement are kept until its trigger has seen them, better not on disk.
set local work_mem = '256MB';

-- name: add_release
insert into research.release (series, number, kind, manifest_digest, manifest, rows)
values (%(series)s, %(number)s, %(kind)s, %(manifest_digest)s, %(manifest)s, %(rows)s);

-- name: add_codebook
insert into research.codebook (series, release, codebook) values (%(series)s, %(number)s, %(codebook)s);

-- name: copy_responses
copy research.response (series, release, record) from stdin;

-- name: copy_digests
copy research.response_digest (series, release, digest) from stdin;

-- name: copy_totals
copy research.total (series, release, table_name, cell, count) from stdin;

-- name: series_names
select series from research.series order by series collate "C";

-- name: held_releases
-- Every release has a codebook: the check before commit sees to that.
select release.number, release.manifest, codebook.codebook
from research.release
join research.codebook on codebook.series = release.series and codebook.release = release.number
where release.series = %(series)s
order by release.number;

-- name: read_records
select record from research.response
where series = %(series)s and (%(release)s::integer is null or release = %(release)s)
order by release, id;

-- name: read_totals
select table_name, cell, count from research.total
where series = %(series)s and (%(release)s::integer is null or release = %(release)s)
order by release, table_name, cell;

-- name: read_codebook
select codebook from research.codebook where series = %(series)s and release = %(number)s;

-- name: add_catalogue
-- Once for each wording: an older program that comes again adds nothing, and what the newest said stays on top.
insert into research.catalogue (number, catalogue)
select coalesce(max(number), 0) + 1, %(catalogue)s from research.catalogue
having not coalesce(bool_or(catalogue = %(catalogue)s), false);

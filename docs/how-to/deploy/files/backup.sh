#!/bin/sh
# /srv/site/backup.sh: a shuffle first, so that the backup does not show in which order responses came; then one dump.
set -eu
umask 077
folder=${BACKUP_FOLDER:-/var/backups/site}
dump=$folder/site-$(date +%F).dump

cd "$(dirname "$0")"
.venv/bin/python manage.py survey_shuffle
pg_dump --format=custom --no-owner --no-acl --dbname="$BACKUP_DATABASE" --file="$dump.part"
mv "$dump.part" "$dump"
find "$folder" -name 'site-*.dump' -mtime +14 -delete

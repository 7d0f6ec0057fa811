#!/bin/sh
# Run once by the image of Postgres, on an empty volume: a role and databases for each who uses it, so that neither
# Everhook nor Temporal is a superuser or can read the other's.
set -eu

psql --username "$POSTGRES_USER" --dbname postgres --no-psqlrc --quiet \
  --set ON_ERROR_STOP=1 \
  --set everhook_password="$EVERHOOK_DB_PASSWORD" \
  --set temporal_password="$TEMPORAL_DB_PASSWORD" <<'SQL'
CREATE ROLE everhook LOGIN PASSWORD :'everhook_password';
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE everhook OWNER everhook;
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE CONNECT ON DATABASE everhook, temporal, temporal_visibility FROM PUBLIC;
SQL

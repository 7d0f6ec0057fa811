#!/bin/sh
# Brings both databases of Temporal to the schema of this image's version; does nothing where they have it. How to reach
# Postgres is in the environment (SQL_PLUGIN, SQL_HOST, SQL_PORT, SQL_USER, SQL_PASSWORD).
set -eu

bring() {
  export SQL_DATABASE="$1"
  temporal-sql-tool setup-schema --version 0.0
  temporal-sql-tool update-schema --schema-name "$2"
}

bring temporal postgresql/v12/temporal
bring temporal_visibility postgresql/v12/visibility

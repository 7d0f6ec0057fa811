#!/bin/sh
# Makes the namespace, or brings its retention to what is set. TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE are the command's
# own variables; the server listens a while before it serves, so this is tried for a minute.
set -eu

tries=0
until temporal operator cluster health; do
  tries=$((tries + 1))
  if [ "$tries" -ge 30 ]; then
    echo "Temporal at $TEMPORAL_ADDRESS does not serve" >&2
    exit 1
  fi
  sleep 2
done

if temporal operator namespace describe >/dev/null 2>&1; then
  temporal operator namespace update --retention "${EVERHOOK_TEMPORAL_RETENTION_HOURS}h"
else
  temporal operator namespace create --retention "${EVERHOOK_TEMPORAL_RETENTION_HOURS}h"
fi

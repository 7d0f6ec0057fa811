-- Up Migration

-- The id of the key that a text is sealed with: `v1.<key id>.<…>`. Every column with sealed texts has an index by it, so
-- that a start finds in a few steps which keys are needed, and sealing anew finds what is left.
CREATE FUNCTION sealing_key(sealed text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT split_part(sealed, '.', 2)
$$;

-- Time partitions. Ids are UUIDv7, so a range of ids is a range of time; children of an event carry the
-- event's millisecond and fall into the same day. A look-up by parent bounds the id and reads one partition.

CREATE TABLE events (
  id uuid PRIMARY KEY,
  environment text NOT NULL,
  tenant text NOT NULL,
  type text NOT NULL,
  occurred_at timestamptz NOT NULL,
  attributes jsonb NOT NULL,
  -- What its product said of when it is to be delivered; each null: nothing.
  ordering_key text,
  deliver_at timestamptz,
  expires_at timestamptz,
  accepted_at timestamptz NOT NULL
) PARTITION BY RANGE (id);
CREATE INDEX events_by_tenant ON events (environment, tenant, id);
-- For what is listed over all tenants. Ids only grow, so each is appended at one page's end.
CREATE INDEX events_by_environment ON events (environment, id);

-- The JSON text of an event's data, byte for byte as it was submitted. Beside the event, so that the data of a whole day
-- can go before what is known of its events: else each row would have to be written anew.
CREATE TABLE event_data (
  event_id uuid PRIMARY KEY,
  data text NOT NULL
) PARTITION BY RANGE (event_id);

-- A body is rendered once per (event, format) and sent unchanged at every attempt.
CREATE TABLE bodies (
  event_id uuid NOT NULL,
  format text NOT NULL,
  body text NOT NULL,
  content_type text NOT NULL,
  headers jsonb NOT NULL,
  -- The headers given with the event. Here and not with the event, since they are read together with the body.
  event_headers_sealed text,
  -- The `traceparent` of the request that brought the event; null: it is in no trace. Here, too, to be read together.
  trace_parent text,
  PRIMARY KEY (event_id, format)
) PARTITION BY RANGE (event_id);
CREATE INDEX bodies_by_sealing_key ON bodies (sealing_key(event_headers_sealed), event_id, format)
  WHERE event_headers_sealed IS NOT NULL;

CREATE TABLE deliveries (
  id uuid PRIMARY KEY,
  event_id uuid NOT NULL,
  environment text NOT NULL,
  tenant text NOT NULL,
  endpoint_id uuid NOT NULL,
  event_type text NOT NULL,
  format text NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'retrying', 'queued', 'delivered', 'failed', 'cancelled')),
  -- Why it is queued, failed or cancelled, in words for its owner.
  reason text,
  round smallint NOT NULL DEFAULT 1,
  -- Attempts made in this round.
  attempt_count integer NOT NULL DEFAULT 0,
  -- Seconds before each further attempt, frozen for the round.
  schedule double precision[] NOT NULL,
  -- When the next attempt is due; every delivery that is not final has it.
  due_at timestamptz,
  last_answer text,
  -- Who is sending now, and until when nobody else may.
  claimant uuid,
  lease_until timestamptz,
  -- The Temporal runs in which a round was used up. A run that finds it failed, and itself not among them, is a reset
  -- or a second start, and gives it a fresh round. `continued` stands for a run whose next one has not said so yet.
  failed_in_runs text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  -- Of one that brings an import's rows, in batches: its row of `batch_runs` says how far it is. `attempt_count` and
  -- `due_at` are then those of the batch that is next.
  import_id uuid,
  -- From then on nothing is sent any more; null: never.
  expires_at timestamptz,
  -- When it was queued last.
  queued_at timestamptz,
  -- What it is in order with, as its event says, and its place among those; without a number it is in no order.
  ordering_key text COLLATE "C" NOT NULL DEFAULT '',
  ordering_number bigint,
  CHECK ((due_at IS NULL) = (state IN ('delivered', 'failed', 'cancelled'))),
  CHECK (state <> 'queued' OR queued_at IS NOT NULL)
) PARTITION BY RANGE (id);
CREATE INDEX deliveries_by_tenant ON deliveries (environment, tenant, id);
-- For what is listed and counted over all tenants.
CREATE INDEX deliveries_by_environment ON deliveries (environment, id);
CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint_id, id);
CREATE INDEX deliveries_due ON deliveries (due_at, id) WHERE state IN ('pending', 'retrying');
CREATE INDEX deliveries_open ON deliveries (endpoint_id, state, id) WHERE state IN ('pending', 'retrying', 'queued');
CREATE INDEX deliveries_failed ON deliveries (environment, tenant, id) WHERE state = 'failed';
-- Paid for where one fails, not where one is accepted.
CREATE INDEX deliveries_failed_by_environment ON deliveries (environment, id) WHERE state = 'failed';
-- Of a long queue, what brings rows; nearly none does.
CREATE INDEX deliveries_open_batches ON deliveries (endpoint_id, state, id)
  WHERE import_id IS NOT NULL AND state IN ('pending', 'retrying', 'queued');
-- The first of a key that is open is the next of it to be delivered.
CREATE INDEX deliveries_in_order ON deliveries (endpoint_id, ordering_key, ordering_number)
  WHERE ordering_number IS NOT NULL AND state IN ('pending', 'retrying', 'queued');
CREATE INDEX deliveries_expiring ON deliveries (expires_at, id)
  WHERE expires_at IS NOT NULL AND state IN ('pending', 'retrying', 'queued');

CREATE TABLE attempts (
  delivery_id uuid NOT NULL,
  round smallint NOT NULL,
  number integer NOT NULL,
  id uuid NOT NULL,
  -- The answer that decided; null where only a late one came.
  outcome text CHECK (outcome IN ('success', 'failure')),
  status smallint,
  failure text,
  started_at timestamptz NOT NULL,
  duration_ms integer NOT NULL,
  response_headers jsonb,
  response_truncated boolean NOT NULL DEFAULT false,
  -- An answer that came after another attempt, or a person, had already decided.
  late_outcome text CHECK (late_outcome IN ('success', 'failure')),
  late_status smallint,
  late_failure text,
  late_at timestamptz,
  PRIMARY KEY (delivery_id, round, number)
) PARTITION BY RANGE (delivery_id);

-- The rows of imports, up to 1,000 in each chunk. What stands before a chunk is counted in it, so that any page is found
-- by its index. Not compressed: an import's rows live for days, and compressing them costs half as much again as storing.
CREATE TABLE import_chunks (
  import_id uuid NOT NULL,
  -- Rows before it: of all, of the valid ones, of the invalid ones; from 0.
  first_row integer NOT NULL,
  valid_before integer NOT NULL,
  invalid_before integer NOT NULL,
  row_count integer NOT NULL,
  valid_count integer NOT NULL,
  byte_count integer NOT NULL,
  -- The JSON texts of the rows' data, byte for byte, a line each.
  data text STORAGE EXTERNAL NOT NULL,
  -- The ids that the product gave, as a JSON array with null where it gave none; null: it gave none at all.
  ids text,
  -- Places in the chunk of the rows that are not valid, from 0; null: all are valid.
  invalid_places integer[],
  PRIMARY KEY (import_id, first_row)
) PARTITION BY RANGE (import_id);
-- Without the chunks that have none of the rows, of which thousands may stand in one place.
CREATE INDEX import_chunks_valid ON import_chunks (import_id, valid_before) WHERE valid_count > 0;
CREATE INDEX import_chunks_invalid ON import_chunks (import_id, invalid_before) WHERE valid_count < row_count;

-- Which rows each batch of a delivery has; made once, before the first is sent.
CREATE TABLE batches (
  delivery_id uuid NOT NULL,
  -- From 1.
  number integer NOT NULL,
  -- Among the rows that the delivery brings, from 0.
  row_offset integer NOT NULL,
  row_count integer NOT NULL,
  -- What its body was made by and came to, set before its first attempt: it is the same at every attempt.
  renderer smallint,
  sha256 bytea,
  PRIMARY KEY (delivery_id, number)
) PARTITION BY RANGE (delivery_id);

CREATE TABLE batch_attempts (
  delivery_id uuid NOT NULL,
  batch integer NOT NULL,
  -- Made when its answer came, so that they are in order of time.
  id uuid NOT NULL,
  round smallint NOT NULL,
  -- From 1, of that batch in its round. Two may have the same: the sender of the first lost its lease meanwhile.
  number smallint NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('success', 'failure')),
  status smallint,
  failure text,
  started_at timestamptz NOT NULL,
  duration_ms integer NOT NULL,
  response_headers jsonb,
  response_truncated boolean NOT NULL DEFAULT false,
  -- It came after another attempt, or a person, had already decided.
  late boolean NOT NULL DEFAULT false,
  PRIMARY KEY (delivery_id, batch, id)
) PARTITION BY RANGE (delivery_id);

-- What receivers answered, to attempts and to batch attempts, where that isn't empty. Beside them, as events' data.
CREATE TABLE answer_bodies (
  delivery_id uuid NOT NULL,
  attempt_id uuid NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (delivery_id, attempt_id)
) PARTITION BY RANGE (delivery_id);

-- What falls outside the days made ahead; anything in it is reported as an error by the housekeeping.
CREATE TABLE events_default PARTITION OF events DEFAULT;
CREATE TABLE event_data_default PARTITION OF event_data DEFAULT;
CREATE TABLE bodies_default PARTITION OF bodies DEFAULT;
CREATE TABLE deliveries_default PARTITION OF deliveries DEFAULT;
CREATE TABLE attempts_default PARTITION OF attempts DEFAULT;
CREATE TABLE import_chunks_default PARTITION OF import_chunks DEFAULT;
CREATE TABLE batches_default PARTITION OF batches DEFAULT;
CREATE TABLE batch_attempts_default PARTITION OF batch_attempts DEFAULT;
CREATE TABLE answer_bodies_default PARTITION OF answer_bodies DEFAULT;

-- One row: how far the retention is.
CREATE TABLE retention (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  -- Of events and deliveries with lower ids there is no payload any more, or soon won't be: nothing is sent of them.
  payloads_from uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  -- When the clock was read last, and since when it may be relied on; see `readClock`.
  looked_at timestamptz NOT NULL DEFAULT now(),
  trusted_from timestamptz NOT NULL DEFAULT now()
);
INSERT INTO retention DEFAULT VALUES;

-- The lowest UUIDv7 of a moment.
CREATE FUNCTION lowest_uuid_at(moment timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex(floor(extract(epoch FROM moment) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid
$$;

-- Makes the partitions of one day (UTC), if they are not there. Returns whether it made any. It needs the tables alone
-- for a moment; everybody queues behind it while it waits for that, so behind a long reader (a backup) it gives up.
CREATE FUNCTION make_day_partitions(day date) RETURNS boolean
LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
DECLARE
  suffix text := to_char(day, 'YYYYMMDD');
  lowest uuid := lowest_uuid_at(day::timestamp AT TIME ZONE 'UTC');
  beyond uuid := lowest_uuid_at((day + 1)::timestamp AT TIME ZONE 'UTC');
  parent text;
  key text;
BEGIN
  IF to_regclass('attempts_' || suffix) IS NOT NULL THEN
    RETURN false;
  END IF;
  LOCK TABLE ONLY events, ONLY event_data, ONLY bodies, ONLY deliveries, ONLY attempts, ONLY answer_bodies,
    ONLY import_chunks, ONLY batches, ONLY batch_attempts IN ACCESS EXCLUSIVE MODE;
  FOR parent, key IN VALUES ('events', 'id'), ('event_data', 'event_id'), ('bodies', 'event_id'), ('deliveries', 'id'),
    ('attempts', 'delivery_id'), ('answer_bodies', 'delivery_id'), ('import_chunks', 'import_id'),
    ('batches', 'delivery_id'), ('batch_attempts', 'delivery_id') LOOP
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', parent || '_' || suffix, parent);
    -- While the default partition has rows of the day, as after days without a dispatcher, there can be no other for it.
    EXECUTE format('WITH outside AS (DELETE FROM %I WHERE %I >= %L AND %I < %L RETURNING *)
      INSERT INTO %I SELECT * FROM outside', parent || '_default', key, lowest, key, beyond, parent || '_' || suffix);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
      parent, parent || '_' || suffix, lowest, beyond);
  END LOOP;
  -- A delivery is updated twice as a rule, claimed and recorded: with room on its page, a claim touches no index.
  -- (Measured, 100 claims and 100 records: 25 ms, without this 31 to 39.)
  EXECUTE format('ALTER TABLE %I SET (fillfactor = 50)', 'deliveries_' || suffix);
  RETURN true;
END
$$;

CREATE TABLE tenants (
  environment text NOT NULL,
  id text NOT NULL,
  name text,
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (environment, id)
);

-- What an environment decides for itself; without a row, or where it is null, the default holds.
CREATE TABLE environments (
  name text PRIMARY KEY,
  undeclared_types text CHECK (undeclared_types IN ('accept', 'refuse')),
  -- Catalogs that are off; null: nobody has said which.
  catalogs_off text[],
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE event_types (
  environment text NOT NULL,
  name text NOT NULL,
  title text,
  description text,
  "group" text,
  -- JSON Schema and sample as JSON text, so that they read back as they were given.
  schema text,
  sample text,
  -- Which rows of an import its events bring; null: none.
  rows text CHECK (rows IN ('all', 'valid', 'invalid')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (environment, name)
);

CREATE TABLE endpoints (
  id uuid PRIMARY KEY,
  environment text NOT NULL,
  tenant text NOT NULL,
  -- The URL without its query; the query may carry credentials and is sealed.
  url text NOT NULL,
  url_query_sealed text,
  event_types text[] NOT NULL,
  filters jsonb NOT NULL,
  match text NOT NULL CHECK (match IN ('any', 'all')),
  require jsonb NOT NULL,
  -- `<attribute>:<value>`: the events that the endpoint is for, and what it is counted by.
  scope text,
  format text NOT NULL,
  -- Made beside that of Standard Webhooks, by name.
  signatures text[] NOT NULL DEFAULT '{}',
  headers_sealed text,
  -- Null: the default schedule, the default time-out.
  retry_schedule double precision[],
  timeout_ms integer,
  -- Rows in a batch; null: the default.
  batch_size integer,
  description text NOT NULL,
  metadata jsonb NOT NULL,
  enabled boolean NOT NULL,
  disabled_reason text CHECK (disabled_reason IN ('owner', 'gone', 'failing')),
  disabled_at timestamptz,
  -- Paused by its owner, though enabled; null: it isn't.
  paused_at timestamptz,
  -- Requests per second, and at once; null: no bound of its own.
  rate_limit_per_second double precision,
  max_in_flight integer,
  -- Whether its deliveries are numbered, and since when.
  ordered boolean NOT NULL DEFAULT false,
  ordered_since timestamptz,
  -- What becomes of those after one that failed.
  on_failure text NOT NULL DEFAULT 'block' CHECK (on_failure IN ('block', 'skip')),
  -- Whether its requests carry a `traceparent`.
  trace_context boolean NOT NULL DEFAULT false,
  -- Attempts that failed since the last that didn't, and since when.
  consecutive_failures integer NOT NULL DEFAULT 0,
  failing_since timestamptz,
  -- The circuit is open: it is down, and only probed. Null: it isn't.
  circuit_opened_at timestamptz,
  next_probe_at timestamptz,
  failed_probes integer NOT NULL DEFAULT 0,
  -- When it was last warned that it will be disabled; null: it wasn't, since it last answered.
  warned_at timestamptz,
  -- When it was opened again last: what it gets is ramped up from then.
  reopened_at timestamptz,
  -- It came with an event and is for that event alone. Its id carries the event's millisecond, as its delivery's does.
  -- It is neither listed nor counted nor matched, so that tenants with millions of them cost nothing.
  one_off boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
) WITH (fillfactor = 70);
CREATE INDEX endpoints_deleted ON endpoints (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX endpoints_by_tenant ON endpoints (environment, tenant, id) WHERE deleted_at IS NULL AND NOT one_off;
-- For what is listed over all tenants.
CREATE INDEX endpoints_by_environment ON endpoints (environment, id) WHERE deleted_at IS NULL AND NOT one_off;
-- For counting and listing those that get nothing now; few at any time.
CREATE INDEX endpoints_closed ON endpoints (id) WHERE deleted_at IS NULL
  AND (paused_at IS NOT NULL OR circuit_opened_at IS NOT NULL OR disabled_reason IS NOT NULL);
CREATE INDEX endpoints_by_sealing_key_of_query ON endpoints (sealing_key(url_query_sealed), id)
  WHERE url_query_sealed IS NOT NULL;
CREATE INDEX endpoints_by_sealing_key_of_headers ON endpoints (sealing_key(headers_sealed), id)
  WHERE headers_sealed IS NOT NULL;

-- The queue of an endpoint, as its drain needs it; the deliveries in it are those that are `queued`.
CREATE TABLE endpoint_queue (
  endpoint_id uuid PRIMARY KEY,
  -- A drain is looking, or will be told to: whoever queues something needn't tell it. False while it rests, too.
  wanted boolean NOT NULL DEFAULT false,
  -- When it looks again by itself, at the latest; null: none runs.
  due_at timestamptz,
  -- Counts the drains' starts: one that isn't the last claims nothing any more.
  drain_epoch bigint NOT NULL DEFAULT 0,
  -- Until then its rate is used up.
  next_send_at timestamptz NOT NULL DEFAULT now(),
  -- Requests that its drain may have under way, where the endpoint bounds them: it shares that bound with batches of rows.
  drain_places integer NOT NULL DEFAULT 0,
  -- Of one in order: the key at which the next slice begins, so that each key has its turn.
  from_key text COLLATE "C" NOT NULL DEFAULT ''
) WITH (fillfactor = 50);
CREATE INDEX endpoint_queue_due ON endpoint_queue (due_at) WHERE due_at IS NOT NULL;

-- "Send again", of many deliveries: which, and how far it is.
CREATE TABLE recoveries (
  id uuid PRIMARY KEY,
  environment text NOT NULL,
  tenant text NOT NULL,
  -- Each null: any.
  endpoint_ids uuid[],
  event_types text[],
  delivery_ids uuid[],
  since timestamptz,
  until timestamptz,
  states text[] NOT NULL,
  rate_per_second integer NOT NULL,
  -- Deliveries that matched when it was made; null: they were too many to count.
  total integer,
  state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'completed', 'cancelled')),
  -- The last delivery that was looked at, in the order of ids; null: none yet.
  cursor uuid,
  -- Until then its rate is used up.
  next_slice_at timestamptz NOT NULL DEFAULT now(),
  -- Deliveries given a new round, and those left alone, since there is nobody or nothing to send to them any more.
  resent integer NOT NULL DEFAULT 0,
  skipped integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
) WITH (fillfactor = 70);
CREATE INDEX recoveries_by_tenant ON recoveries (environment, tenant, id);
CREATE INDEX recoveries_running ON recoveries (environment, tenant, id) WHERE state = 'running';

-- The next number of what is delivered in order, by endpoint and key; locked by whoever numbers until the commit, so
-- that numbers follow the order of commits.
CREATE TABLE ordering_heads (
  endpoint_id uuid NOT NULL,
  ordering_key text COLLATE "C" NOT NULL,
  next_number bigint NOT NULL,
  -- The delivery that failed, and holds up what comes after it; null: none does.
  blocked_by uuid,
  numbered_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (endpoint_id, ordering_key)
) WITH (fillfactor = 50);
CREATE INDEX ordering_heads_blocked ON ordering_heads (endpoint_id) WHERE blocked_by IS NOT NULL;

CREATE TABLE imports (
  id uuid PRIMARY KEY,
  environment text NOT NULL,
  tenant text NOT NULL,
  -- Its id as the API shows it: the product's own, or `imp_…`.
  name text NOT NULL,
  attributes jsonb NOT NULL,
  metadata jsonb NOT NULL,
  -- Of the events that completing it makes.
  event_types text[] NOT NULL,
  -- The JSON text of the events' data, as the product gave it; null: it gave none.
  data text,
  -- A one-off endpoint for its events, `{ url, format, secret }` as JSON.
  endpoint_sealed text,
  -- Rows in a batch; null: the endpoint's.
  batch_size integer,
  -- False: its rows go with the last acknowledgement.
  keep_rows boolean NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'complete', 'cancelled')),
  row_count integer NOT NULL DEFAULT 0,
  valid_count integer NOT NULL DEFAULT 0,
  byte_count bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz,
  -- The JSON text of the answer to its completion, for whoever asks again.
  completion text,
  -- Since then nobody gets its rows any more.
  rows_expired_at timestamptz,
  -- The last of them is deleted.
  rows_deleted boolean NOT NULL DEFAULT false,
  UNIQUE (environment, name)
) WITH (fillfactor = 70);
CREATE INDEX imports_by_sealing_key ON imports (sealing_key(endpoint_sealed), id) WHERE endpoint_sealed IS NOT NULL;
CREATE INDEX imports_by_tenant ON imports (environment, tenant, id);
CREATE INDEX imports_by_environment ON imports (environment, id);
CREATE INDEX imports_open ON imports (id) WHERE state = 'open';
CREATE INDEX imports_cancelled ON imports (environment, id) WHERE state = 'cancelled';
CREATE INDEX imports_with_rows ON imports (created_at) WHERE rows_expired_at IS NULL;
-- Few at any time: rows that are not kept go with the last acknowledgement, and expired ones within seconds.
CREATE INDEX imports_not_kept ON imports (id) WHERE rows_expired_at IS NULL AND NOT keep_rows AND state = 'complete';
CREATE INDEX imports_half_deleted ON imports (id) WHERE rows_expired_at IS NOT NULL AND NOT rows_deleted;

-- How far a delivery is that brings an import's rows in batches.
CREATE TABLE batch_runs (
  delivery_id uuid PRIMARY KEY,
  import_id uuid NOT NULL,
  -- Which rows.
  choice text NOT NULL CHECK (choice IN ('all', 'valid', 'invalid')),
  total_rows integer NOT NULL,
  batch_size integer NOT NULL,
  -- Null until `batches` has them all.
  batch_count integer,
  -- Batches, and the rows in them; those that are acknowledged are the first ones.
  acknowledged integer NOT NULL DEFAULT 0,
  acknowledged_rows integer NOT NULL DEFAULT 0,
  -- As of bodies.
  trace_parent text,
  paused_at timestamptz,
  -- Who is sending now, and until when nobody else may; the sender goes on renewing it.
  claimant uuid,
  lease_until timestamptz
) WITH (fillfactor = 50);
CREATE INDEX batch_runs_by_import ON batch_runs (import_id);
CREATE INDEX batch_runs_paused ON batch_runs (import_id) WHERE paused_at IS NOT NULL;

CREATE TABLE endpoint_secrets (
  id uuid PRIMARY KEY,
  endpoint_id uuid NOT NULL REFERENCES endpoints,
  version integer NOT NULL,
  sealed text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Null: the live one. Otherwise it signs beside the live one until then.
  expires_at timestamptz,
  UNIQUE (endpoint_id, version)
);
CREATE INDEX endpoint_secrets_by_sealing_key ON endpoint_secrets (sealing_key(sealed), id);

-- When an endpoint gets its next secret by itself; those without a row never do.
CREATE TABLE secret_rotations (
  endpoint_id uuid PRIMARY KEY REFERENCES endpoints,
  -- Null: once.
  every_days integer,
  overlap_seconds integer NOT NULL,
  next_at timestamptz NOT NULL,
  -- When there is something to do: to tell of the next one, or to do it.
  look_at timestamptz NOT NULL
);
CREATE INDEX secret_rotations_due ON secret_rotations (next_at);
CREATE INDEX secret_rotations_look ON secret_rotations (look_at);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  environment text NOT NULL,
  -- Null: all tenants of the environment.
  tenant text,
  name text NOT NULL,
  scopes text[] NOT NULL,
  display_prefix text NOT NULL,
  sha256 bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);

-- Keys that verify the claims which a tenant signs itself. They go with their tenant: one of the same id that comes
-- later must not be bound by them.
CREATE TABLE jwt_keys (
  id uuid PRIMARY KEY,
  environment text NOT NULL,
  tenant text NOT NULL,
  -- What tokens call it; null: they don't name it.
  kid text,
  algorithm text NOT NULL CHECK (algorithm IN ('RS256', 'ES256', 'HS256')),
  -- PEM (SPKI), and its SHA-256 thumbprint (RFC 7638).
  public_key text,
  thumbprint text,
  secret_sealed text,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (environment, tenant) REFERENCES tenants (environment, id) ON DELETE CASCADE,
  UNIQUE (environment, tenant, kid),
  -- A shared secret or a public key, never both: so no text can be taken for the other.
  CHECK ((algorithm = 'HS256') = (secret_sealed IS NOT NULL)),
  CHECK ((algorithm = 'HS256') = (public_key IS NULL)),
  CHECK ((algorithm = 'HS256') = (thumbprint IS NULL))
);
CREATE INDEX jwt_keys_by_sealing_key ON jwt_keys (sealing_key(secret_sealed), id) WHERE secret_sealed IS NOT NULL;

CREATE TABLE idempotency_keys (
  environment text NOT NULL,
  tenant text NOT NULL,
  route text NOT NULL,
  key text NOT NULL,
  -- SHA-256 of the raw body.
  fingerprint bytea NOT NULL,
  -- A key whose request is still being worked on has no answer yet; until `expires_at` nobody else may work on it.
  status smallint,
  -- One of the two: what answers show of an event is no secret, and what others show may be.
  response text,
  response_sealed text,
  location text,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (environment, tenant, route, key)
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
CREATE INDEX idempotency_keys_by_sealing_key
  ON idempotency_keys (sealing_key(response_sealed), environment, tenant, route, key) WHERE response_sealed IS NOT NULL;

-- A UUIDv7 of now by the database's clock, with microseconds in its first 12 random bits: of two that are made one after
-- the other, the later is the higher.
CREATE FUNCTION ordered_uuid() RETURNS uuid
LANGUAGE sql VOLATILE AS $$
  SELECT (lpad(to_hex(micros / 1000), 12, '0') || '7' || lpad(to_hex(micros % 1000 * 4096 / 1000), 3, '0')
    || substr(replace(gen_random_uuid()::text, '-', ''), 17))::uuid
  FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS micros) clock
$$;

-- Who changed what; written in the transaction of the change.
CREATE TABLE audit_entries (
  -- Made while what was changed is locked, so that entries are in the order of the changes; it says when, too.
  id uuid PRIMARY KEY DEFAULT ordered_uuid(),
  environment text NOT NULL,
  -- Null: about no tenant.
  tenant text,
  action text NOT NULL,
  -- As the API shows it: an id or a name.
  subject text NOT NULL,
  -- Field → { from, to }, secrets masked. Not as `jsonb`, which would sort the members.
  changes json NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('key', 'system')),
  key_id uuid CHECK ((key_id IS NOT NULL) = (actor_kind = 'key')),
  -- As the key was called then.
  actor_name text NOT NULL,
  request_id text
);
CREATE INDEX audit_entries_by_environment ON audit_entries (environment, id);
CREATE INDEX audit_entries_by_tenant ON audit_entries (environment, tenant, id);
CREATE INDEX audit_entries_by_subject ON audit_entries (environment, subject, id);
CREATE INDEX audit_entries_by_action ON audit_entries (environment, action, id);

-- Workflows still to be started. A row lives for milliseconds as a rule, so the table is vacuumed by its own measure.
CREATE TABLE outbox (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('deliverEvent', 'redeliver', 'deliverBatches', 'drainEndpoint', 'recover')),
  -- What the workflow works on: the event, the delivery, the endpoint, the recovery.
  subject_id uuid NOT NULL,
  -- Null where it is about no single event; so is its type.
  event_id uuid CHECK ((event_id IS NULL) = (kind IN ('drainEndpoint', 'recover'))),
  environment text NOT NULL,
  tenant text NOT NULL,
  event_type text CHECK ((event_type IS NULL) = (event_id IS NULL)),
  endpoint_ids uuid[] NOT NULL,
  -- Of `deliverBatches`: what its import is called.
  import_name text,
  -- Of `deliverEvent`: the `traceparent` of the request that brought the event; null: it is in no trace.
  trace_parent text,
  -- Until then whoever holds it starts it; from then on any dispatcher may claim it.
  available_at timestamptz NOT NULL,
  -- For how long the oldest row has been waiting: `available_at` moves with every lease.
  created_at timestamptz NOT NULL DEFAULT now()
) WITH (
  fillfactor = 70,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 2000,
  autovacuum_vacuum_cost_delay = 0
);
CREATE INDEX outbox_by_tenant ON outbox (environment, tenant, available_at);
CREATE INDEX outbox_by_event ON outbox (event_id);
-- Without those of events, which are by far the most: accepting doesn't pay for it.
CREATE INDEX outbox_by_subject ON outbox (subject_id) WHERE event_id IS NULL;

-- What the operational endpoints of an environment are still to be told: written in the transaction of what it tells,
-- made an event of theirs a second later. Without such endpoints there are no rows.
CREATE TABLE operational_events (
  -- In their order: whoever changes an endpoint has it locked, so what is told of it is told in its order.
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  environment text NOT NULL,
  type text NOT NULL,
  -- Not as `jsonb`, which would sort the members.
  data json NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
) WITH (
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 2000,
  autovacuum_vacuum_cost_delay = 0
);

-- Whether an endpoint's queue may be worked off now: what `drainGateOf` (src/domain/gate.ts) decides, for statements.
CREATE FUNCTION is_drainable(endpoint endpoints) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT endpoint.enabled AND endpoint.paused_at IS NULL AND endpoint.deleted_at IS NULL
$$;

-- Has the drains of endpoints look at once, or new ones started.
CREATE FUNCTION wake_drains(endpoint_ids uuid[]) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO outbox (id, kind, subject_id, environment, tenant, endpoint_ids, available_at)
  SELECT gen_random_uuid(), 'drainEndpoint', e.id, e.environment, e.tenant, ARRAY[e.id], now()
  FROM endpoints e WHERE e.id = ANY (endpoint_ids)
$$;

-- Whoever queues deliveries calls this in the same transaction: from then on the endpoints' drains are wanted. Only the
-- flip writes an outbox row. One that rests until its endpoint is probed next is left alone: it looks then. Until
-- the commit a drain that lies down waits (`rest_drain`), and so sees what was queued; so does one whose endpoint was
-- closed or down when this looked, and is open by then. The locks are advisory, and shared out over 256: a row lock that
-- several hold is written to disk by each of them, and a lock for each endpoint of a large transaction would fill the
-- server's table of locks. All are taken before a head of an order or a row of `endpoint_queue` is locked, so that no
-- circle of waiters can come about.
CREATE FUNCTION want_drains(endpoint_ids uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  flipped uuid[];
BEGIN
  PERFORM pg_advisory_xact_lock_shared(5720004, bucket)
    FROM (SELECT DISTINCT hashtext(id::text) & 255 AS bucket FROM unnest(endpoint_ids) id ORDER BY 1) buckets;
  -- A fresh look, now that the locks are held.
  WITH flips AS (
    INSERT INTO endpoint_queue AS q (endpoint_id, wanted, due_at)
    SELECT e.id, true, now() FROM endpoints e
    WHERE e.id = ANY (endpoint_ids) AND is_drainable(e) AND NOT EXISTS (
      SELECT FROM endpoint_queue known WHERE known.endpoint_id = e.id
        AND (known.wanted OR (e.circuit_opened_at IS NOT NULL AND e.next_probe_at > now() AND known.due_at > now()
          AND known.due_at < e.next_probe_at + interval '5 s')))
    ORDER BY e.id
    ON CONFLICT (endpoint_id) DO UPDATE SET wanted = true, due_at = now() WHERE NOT q.wanted
    RETURNING q.endpoint_id
  )
  SELECT array_agg(endpoint_id) FROM flips INTO flipped;
  IF flipped IS NOT NULL THEN
    PERFORM wake_drains(flipped);
  END IF;
END
$$;

-- A drain has found nothing to send, and rests: whoever queues something from now on tells it. What was queued before is
-- committed when this returns; so the drain looks once more, and only then lies down.
CREATE FUNCTION rest_drain(endpoint uuid, look_again_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(5720004, hashtext(endpoint::text) & 255);
  UPDATE endpoint_queue SET wanted = false, due_at = look_again_at WHERE endpoint_id = endpoint;
END
$$;

-- One row: a text that is sealed from the first start on, so that a wrong key is noticed while there is nothing else.
CREATE TABLE encryption_check (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  sealed text NOT NULL
);

-- Which encryption keys the processes have that run now; each says so again and again. Nobody seals anew with a key that
-- one of them couldn't open.
CREATE TABLE key_holders (
  process uuid PRIMARY KEY,
  host text NOT NULL,
  pid integer NOT NULL,
  -- `<id>:<fingerprint>`, as in its setting: it seals with the first.
  keys text[] NOT NULL,
  seen_at timestamptz NOT NULL
);

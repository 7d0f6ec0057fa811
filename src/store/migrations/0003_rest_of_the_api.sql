-- Up Migration

-- What an environment decides for itself; without a row, or where it is null, the default holds.
CREATE TABLE environments (
  name text PRIMARY KEY,
  undeclared_types text CHECK (undeclared_types IN ('accept', 'refuse')),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- An endpoint that came with an event and is for that event alone. Its id carries the event's millisecond, as its
-- delivery's does. It is neither listed nor counted nor matched, so that tenants with millions of them cost nothing.
ALTER TABLE endpoints ADD COLUMN one_off boolean NOT NULL DEFAULT false;
DROP INDEX endpoints_by_tenant;
CREATE INDEX endpoints_by_tenant ON endpoints (environment, tenant, id) WHERE deleted_at IS NULL AND NOT one_off;

-- The headers given with the event. Here and not with the event, since they are read together with the body.
ALTER TABLE bodies ADD COLUMN event_headers_sealed text;

-- A key whose request is still being worked on has no answer yet; until `expires_at` nobody else may work on it.
ALTER TABLE idempotency_keys ALTER COLUMN status DROP NOT NULL;
ALTER TABLE idempotency_keys ALTER COLUMN response DROP NOT NULL;
ALTER TABLE idempotency_keys ADD COLUMN location text;

-- For what is listed and counted over all tenants. Ids only grow, so each is appended at one page's end.
CREATE INDEX events_by_environment ON events (environment, id);
CREATE INDEX deliveries_by_environment ON deliveries (environment, id);

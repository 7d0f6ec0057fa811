-- Up Migration

-- For how long the oldest row has been waiting: `available_at` moves with every lease.
ALTER TABLE outbox ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();

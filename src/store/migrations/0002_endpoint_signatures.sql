-- Up Migration

-- Signatures made beside that of Standard Webhooks, by name.
ALTER TABLE endpoints ADD COLUMN signatures text[] NOT NULL DEFAULT '{}';

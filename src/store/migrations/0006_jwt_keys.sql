-- Up Migration

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

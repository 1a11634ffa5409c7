-- Registered machine clients; the secret is kept only as a keyed hash.
CREATE TABLE clients (
    id TEXT NOT NULL PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('PARTNER', 'OFFICER', 'ANALYST', 'AUDITOR', 'OPERATOR')),
    organisation_id TEXT,
    secret_hash BYTEA NOT NULL,
    created_at_us BIGINT NOT NULL,
    revoked_at_us BIGINT,
    CHECK (role <> 'PARTNER' OR organisation_id IS NOT NULL)
);

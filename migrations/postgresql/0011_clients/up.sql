-- Clients in full: what narrows them, several credentials each, and what was taken back before its time.
ALTER TABLE clients ADD COLUMN suspended_at_us BIGINT;
ALTER TABLE clients ADD COLUMN expires_at_us BIGINT;

-- What narrows a client: the only projects, networks or token scopes that it may use; none of a kind narrows nothing.
CREATE TABLE client_limits (
    client_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('PROJECT', 'NETWORK', 'SCOPE')),
    value TEXT NOT NULL,
    PRIMARY KEY (client_id, kind, value)
);

-- What a client proves itself with: keyed hashes of secrets, and public keys.
CREATE TABLE client_credentials (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('SECRET', 'ES256', 'EDDSA')),
    value BYTEA NOT NULL,
    created_at_us BIGINT NOT NULL,
    ends_at_us BIGINT,
    PRIMARY KEY (client_id, id)
);
INSERT INTO client_credentials (client_id, id, kind, value, created_at_us, ends_at_us)
    SELECT id, 'secret-1', 'SECRET', secret_hash, created_at_us, revoked_at_us FROM clients;
ALTER TABLE clients DROP COLUMN secret_hash;

-- When a credential was last used, written once an hour at most.
CREATE TABLE credential_uses (
    client_id TEXT NOT NULL,
    credential_id TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (client_id, credential_id)
);

-- Assertions that served already, by keyed hash, until they would have run out.
CREATE TABLE used_assertions (
    client_id TEXT NOT NULL,
    jti_hash BYTEA NOT NULL,
    ends_at_us BIGINT NOT NULL,
    PRIMARY KEY (client_id, jti_hash)
);

-- Access tokens taken back, until they would have run out.
CREATE TABLE revoked_tokens (
    client_id TEXT NOT NULL,
    jti TEXT NOT NULL,
    ends_at_us BIGINT NOT NULL,
    PRIMARY KEY (client_id, jti)
);

-- Raised by whatever takes access away or changes it: what a node remembers of tokens holds for one epoch.
CREATE TABLE access_head (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    epoch BIGINT NOT NULL
);
INSERT INTO access_head (id, epoch) VALUES (1, 0);

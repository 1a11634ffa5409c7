-- People who sign in. Who somebody is, is kept as a keyed hash only: of a sign-in name, or of a provider's subject.
CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('LOCAL', 'PROVIDER')),
    identity_hash BYTEA NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('PARTNER', 'OFFICER', 'ANALYST', 'AUDITOR', 'OPERATOR')),
    organisation_id TEXT,
    created_at_us BIGINT NOT NULL,
    suspended_at_us BIGINT,
    expires_at_us BIGINT,
    signed_in_at_us BIGINT,
    password TEXT,
    password_until_us BIGINT,
    CHECK (role <> 'PARTNER' OR organisation_id IS NOT NULL),
    CHECK (kind = 'LOCAL' OR password IS NULL)
);

-- Who is signed in, by the keyed hash of what the browser holds. A provider's token is sealed with what only the browser has.
CREATE TABLE sessions (
    id_hash BYTEA NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL,
    created_at_us BIGINT NOT NULL,
    idle_until_us BIGINT NOT NULL,
    ends_at_us BIGINT NOT NULL,
    id_token BYTEA
);
CREATE INDEX sessions_by_account ON sessions (account_id);

-- Sign-ins through a provider that served already, until they would have run out.
CREATE TABLE used_sign_ins (
    state_hash BYTEA NOT NULL PRIMARY KEY,
    ends_at_us BIGINT NOT NULL
);

-- Sign-ins that failed, by the keyed hash of a name or of an address, until a day has passed.
CREATE TABLE sign_in_failures (
    key_hash BYTEA NOT NULL PRIMARY KEY,
    count BIGINT NOT NULL,
    at_us BIGINT NOT NULL
);

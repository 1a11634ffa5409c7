-- Answers already given, kept in the transaction of their effect: the same key gets the same answer again. Key and
-- request are kept as keyed hashes only, since a caller may have put anything into them.
CREATE TABLE idempotency_keys (
    owner TEXT NOT NULL,
    caller TEXT NOT NULL,
    key_hash BLOB NOT NULL,
    request_hash BLOB NOT NULL,
    answer TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (owner, caller, key_hash)
);

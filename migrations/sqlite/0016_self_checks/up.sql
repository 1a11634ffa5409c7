-- When the self-check turned from equal to different or back; what a node that starts reads before it publishes.
CREATE TABLE self_checks (
    id TEXT NOT NULL PRIMARY KEY,
    at_us BIGINT NOT NULL,
    position BIGINT NOT NULL,
    holds BOOLEAN NOT NULL,
    failed TEXT NOT NULL
);
CREATE INDEX self_checks_by_time ON self_checks (at_us);

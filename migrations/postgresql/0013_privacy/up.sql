-- Which deployment key sealed a link; empty for those made before keys were named.
ALTER TABLE person_links ADD COLUMN key_id TEXT NOT NULL DEFAULT '';
CREATE INDEX person_links_by_person ON person_links (person_id);
CREATE INDEX participations_by_person ON participations (person_id);

-- How many erasures and purges there were, and the deployment key that seals now: one row, read by every submission and
-- written by those two alone.
CREATE TABLE privacy_head (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    erasures BIGINT NOT NULL,
    key_id TEXT NOT NULL
);
INSERT INTO privacy_head (id, erasures, key_id) VALUES (1, 0, '');

-- What stays of an erased record: its salted hash and its place among the records of each version that held it, so that
-- the version's digest can still be checked. The salt is gone, so the hash says nothing.
CREATE TABLE erased_records (
    project_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    place BIGINT NOT NULL,
    record_hash BYTEA NOT NULL,
    position BIGINT NOT NULL,
    erasure BIGINT NOT NULL,
    PRIMARY KEY (project_id, version, place)
);
CREATE INDEX erased_records_by_position ON erased_records (position);

-- How many months after the end of its agreement a project's individual records are kept; none: as long as the programme.
CREATE TABLE retention_settings (
    programme_id TEXT NOT NULL REFERENCES programmes (id),
    position BIGINT NOT NULL,
    months BIGINT CHECK (months >= 1),
    PRIMARY KEY (programme_id, position)
);

-- Versions of a programme's definitions that officers added. A row is inserted once and never changed. The versions that
-- come with the program are part of it: src/consolidation/definitions/.
CREATE TABLE definition_versions (
    programme_id TEXT NOT NULL REFERENCES programmes (id),
    code TEXT NOT NULL,
    position BIGINT NOT NULL,
    based_on TEXT NOT NULL,
    standing BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    added_at_us BIGINT NOT NULL,
    added_by TEXT NOT NULL,
    content TEXT NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (programme_id, code)
);

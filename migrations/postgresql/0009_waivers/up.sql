-- Rules that the funder does not hold a project to. A row is inserted once; only its revocation is written later, once.
CREATE TABLE waivers (
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    rule TEXT NOT NULL,
    reason TEXT NOT NULL,
    expires_on TEXT NOT NULL,
    position BIGINT NOT NULL,
    granted_at_us BIGINT NOT NULL,
    granted_by TEXT NOT NULL,
    revoked_position BIGINT,
    revoked_at_us BIGINT,
    revoked_by TEXT,
    revocation_reason TEXT,
    PRIMARY KEY (project_id, id)
);

-- The waiver of a finding that stands in a version.
ALTER TABLE findings ADD COLUMN waiver_id TEXT;

-- The findings of a version counted by rule: exact, also where there are more than are listed.
CREATE TABLE finding_counts (
    project_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    place BIGINT NOT NULL,
    code TEXT NOT NULL,
    count BIGINT NOT NULL,
    justified_count BIGINT NOT NULL,
    waived_count BIGINT NOT NULL,
    listed_count BIGINT NOT NULL,
    PRIMARY KEY (project_id, version, place)
);

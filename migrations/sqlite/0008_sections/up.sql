-- What statements say beside participations, as intervals of version numbers, like participations: one row per section
-- that changed. The content is JSON, which both databases read.
CREATE TABLE report_sections (
    project_id TEXT NOT NULL,
    section TEXT NOT NULL CHECK (section IN ('ACTIVITIES', 'FINANCE', 'DECLARED_FIGURES', 'NARRATIVE')),
    first_version BIGINT NOT NULL,
    end_version BIGINT,
    content TEXT NOT NULL,
    salt BLOB NOT NULL,
    record_hash BLOB NOT NULL,
    PRIMARY KEY (project_id, section, first_version)
);

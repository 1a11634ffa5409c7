-- The lifecycle, whole: certified versions, extended due dates, reasons of returns with their answers, and the numbers by
-- which the journal is followed.
-- When a version reached the funder, and who certified it where the programme asks for that.
ALTER TABLE report_versions ADD COLUMN received_at_us BIGINT;
ALTER TABLE report_versions ADD COLUMN certified_by TEXT;
UPDATE report_versions SET received_at_us = submitted_at_us;

-- Extensions of a due date are facts; the newest counts.
CREATE TABLE due_date_extensions (
    project_id TEXT NOT NULL REFERENCES projects (id),
    period TEXT NOT NULL,
    place BIGINT NOT NULL,
    extended_to TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (project_id, period, place)
);

CREATE TABLE return_reasons (
    project_id TEXT NOT NULL REFERENCES projects (id),
    version BIGINT NOT NULL,
    place BIGINT NOT NULL,
    id TEXT NOT NULL,
    report_id TEXT NOT NULL REFERENCES reports (id),
    path TEXT NOT NULL,
    reason TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    answer TEXT,
    answer_version BIGINT,
    PRIMARY KEY (project_id, version, place),
    UNIQUE (project_id, id)
);
CREATE INDEX return_reasons_by_report ON return_reasons (report_id);

-- An entry gets its number after it was committed, by whoever follows the journal next; writers pay nothing.
CREATE TABLE sequence_head (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    sequence BIGINT NOT NULL
);
INSERT INTO sequence_head (id, sequence) VALUES (1, 0);
ALTER TABLE journal ADD COLUMN sequence BIGINT;
CREATE UNIQUE INDEX journal_by_sequence ON journal (sequence);
CREATE INDEX journal_unnumbered ON journal (id) WHERE sequence IS NULL;

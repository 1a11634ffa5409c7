-- Reports, their frozen versions, and the participations of every version as intervals of version numbers:
-- version n of a project holds the rows with first_version <= n and (end_version is null or end_version > n).
CREATE TABLE reports (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    period TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN (
        'DRAFT', 'AWAITING_CERTIFICATION', 'SUBMITTED', 'IN_REVIEW', 'RETURNED', 'APPROVED', 'SUPERSEDED'
    )),
    current_version BIGINT NOT NULL,
    changed_at_us BIGINT NOT NULL,
    UNIQUE (project_id, period)
);
CREATE INDEX reports_by_state ON reports (state, changed_at_us);

CREATE TABLE report_versions (
    project_id TEXT NOT NULL REFERENCES projects (id),
    number BIGINT NOT NULL CHECK (number >= 1),
    id TEXT NOT NULL UNIQUE,
    report_id TEXT NOT NULL REFERENCES reports (id),
    period TEXT NOT NULL,
    digest BLOB NOT NULL,
    participation_count BIGINT NOT NULL,
    rule_set BIGINT NOT NULL,
    channel TEXT NOT NULL,
    submitted_at_us BIGINT NOT NULL,
    submitted_by TEXT NOT NULL,
    submitted_by_organisation TEXT,
    late BOOLEAN NOT NULL,
    approved_position BIGINT,
    approved_at_us BIGINT,
    approved_by TEXT,
    annulled_position BIGINT,
    PRIMARY KEY (project_id, number)
);
CREATE INDEX report_versions_by_report ON report_versions (report_id);
CREATE INDEX report_versions_by_approval ON report_versions (approved_position);
CREATE INDEX report_versions_by_annulment ON report_versions (annulled_position);

CREATE TABLE participations (
    project_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    first_version BIGINT NOT NULL,
    end_version BIGINT,
    person_id TEXT,
    entry_on TEXT NOT NULL,
    sex TEXT NOT NULL,
    birth_year TEXT NOT NULL,
    protection_status TEXT NOT NULL,
    french_at_entry TEXT NOT NULL,
    education TEXT NOT NULL,
    labour_status TEXT NOT NULL,
    residence_department TEXT NOT NULL,
    priority_district TEXT NOT NULL,
    rural_area TEXT NOT NULL,
    disability TEXT NOT NULL,
    housing_at_entry TEXT NOT NULL,
    supports TEXT NOT NULL,
    exit_on TEXT,
    exit_situation TEXT,
    exit_contract TEXT,
    exit_contract_from TEXT,
    exit_contract_to TEXT,
    exit_training TEXT,
    french_at_exit TEXT,
    housing_at_exit TEXT,
    financial_autonomy TEXT,
    follow_up_on TEXT,
    follow_up_situation TEXT,
    salt BLOB NOT NULL,
    record_hash BLOB NOT NULL,
    PRIMARY KEY (project_id, reference, first_version)
);
CREATE INDEX participations_begun ON participations (project_id, first_version);
CREATE INDEX participations_ended ON participations (project_id, end_version);

CREATE TABLE findings (
    project_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    place BIGINT NOT NULL,
    code TEXT NOT NULL,
    severity TEXT NOT NULL,
    path TEXT NOT NULL,
    message_values TEXT NOT NULL,
    justification TEXT,
    PRIMARY KEY (project_id, version, place)
);

CREATE TABLE report_transitions (
    report_id TEXT NOT NULL REFERENCES reports (id),
    place BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    action TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    version BIGINT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT,
    PRIMARY KEY (report_id, place)
);

-- The only place where a sealed first-stage pseudonym stands; everything else holds the random person id.
CREATE TABLE person_links (
    programme_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    person_id TEXT NOT NULL,
    PRIMARY KEY (programme_id, sealed)
);

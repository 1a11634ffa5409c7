-- What exists. Each fact carries the position at which it entered the journal; projects keep every revision.
CREATE TABLE programmes (
    id TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    code TEXT NOT NULL UNIQUE,
    name_en TEXT NOT NULL,
    name_fr TEXT NOT NULL,
    envelope_cents BIGINT NOT NULL CHECK (envelope_cents >= 0),
    currency TEXT NOT NULL CHECK (currency = 'EUR'),
    time_zone TEXT NOT NULL,
    first_on TEXT NOT NULL,
    disclosure_threshold BIGINT NOT NULL CHECK (disclosure_threshold >= 2)
);

CREATE TABLE calls (
    programme_id TEXT NOT NULL REFERENCES programmes (id),
    code TEXT NOT NULL,
    name_en TEXT NOT NULL,
    name_fr TEXT NOT NULL,
    PRIMARY KEY (programme_id, code)
);

CREATE TABLE reporting_periods (
    programme_id TEXT NOT NULL REFERENCES programmes (id),
    code TEXT NOT NULL,
    position BIGINT NOT NULL,
    first_on TEXT NOT NULL,
    last_on TEXT NOT NULL,
    due_on TEXT NOT NULL,
    PRIMARY KEY (programme_id, code)
);

CREATE TABLE organisations (
    id TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    siret TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    esus BOOLEAN NOT NULL
);

CREATE TABLE projects (
    id TEXT NOT NULL PRIMARY KEY,
    programme_id TEXT NOT NULL REFERENCES programmes (id),
    code TEXT NOT NULL,
    lead_organisation_id TEXT NOT NULL REFERENCES organisations (id),
    UNIQUE (programme_id, code)
);
CREATE INDEX projects_by_lead ON projects (lead_organisation_id);

CREATE TABLE project_revisions (
    project_id TEXT NOT NULL REFERENCES projects (id),
    position BIGINT NOT NULL,
    title TEXT NOT NULL,
    call_code TEXT NOT NULL,
    department TEXT NOT NULL,
    sector TEXT NOT NULL,
    agreement_from TEXT NOT NULL,
    agreement_to TEXT NOT NULL,
    target_participants BIGINT NOT NULL CHECK (target_participants >= 0),
    eligible_cost_cents BIGINT NOT NULL CHECK (eligible_cost_cents >= 0),
    grant_cents BIGINT NOT NULL CHECK (grant_cents >= 0),
    PRIMARY KEY (project_id, position)
);

CREATE TABLE project_members (
    project_id TEXT NOT NULL REFERENCES projects (id),
    position BIGINT NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    role TEXT NOT NULL,
    PRIMARY KEY (project_id, position, organisation_id, role)
);

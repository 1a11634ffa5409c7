-- What changes in the directory keeps every state, each from its position on; what is recorded is never changed.
CREATE TABLE programme_revisions (
    programme_id TEXT NOT NULL REFERENCES programmes (id),
    position BIGINT NOT NULL,
    name_en TEXT NOT NULL,
    name_fr TEXT NOT NULL,
    envelope_cents BIGINT NOT NULL CHECK (envelope_cents >= 0),
    disclosure_threshold BIGINT NOT NULL CHECK (disclosure_threshold >= 2),
    certification BOOLEAN NOT NULL,
    PRIMARY KEY (programme_id, position)
);
INSERT INTO programme_revisions
    SELECT id, position, name_en, name_fr, envelope_cents, disclosure_threshold, FALSE FROM programmes;
ALTER TABLE programmes DROP COLUMN name_en;
ALTER TABLE programmes DROP COLUMN name_fr;
ALTER TABLE programmes DROP COLUMN envelope_cents;
ALTER TABLE programmes DROP COLUMN disclosure_threshold;

ALTER TABLE calls ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
UPDATE calls SET position = (SELECT p.position FROM programmes p WHERE p.id = programme_id);

CREATE TABLE period_due_dates (
    programme_id TEXT NOT NULL,
    code TEXT NOT NULL,
    position BIGINT NOT NULL,
    due_on TEXT NOT NULL,
    PRIMARY KEY (programme_id, code, position),
    FOREIGN KEY (programme_id, code) REFERENCES reporting_periods (programme_id, code)
);
INSERT INTO period_due_dates SELECT programme_id, code, position, due_on FROM reporting_periods;
ALTER TABLE reporting_periods DROP COLUMN due_on;

CREATE TABLE organisation_revisions (
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    esus BOOLEAN NOT NULL,
    PRIMARY KEY (organisation_id, position)
);
INSERT INTO organisation_revisions SELECT id, position, name, esus FROM organisations;
ALTER TABLE organisations DROP COLUMN name;
ALTER TABLE organisations DROP COLUMN esus;

-- An amendment (avenant) is why a project has another revision; both have the same position.
CREATE TABLE project_amendments (
    project_id TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number >= 1),
    position BIGINT NOT NULL,
    signed_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (project_id, number),
    FOREIGN KEY (project_id, position) REFERENCES project_revisions (project_id, position)
);

CREATE TABLE payments (
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('ADVANCE', 'INTERIM', 'BALANCE')),
    amount_cents BIGINT NOT NULL CHECK (amount_cents > 0),
    paid_on TEXT NOT NULL,
    PRIMARY KEY (project_id, id)
);

CREATE TABLE payment_cancellations (
    project_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (project_id, payment_id),
    FOREIGN KEY (project_id, payment_id) REFERENCES payments (project_id, id)
);

-- What a project aims at, by indicator; an empty period stands for the whole project.
CREATE TABLE targets (
    project_id TEXT NOT NULL REFERENCES projects (id),
    indicator TEXT NOT NULL,
    period TEXT NOT NULL,
    position BIGINT NOT NULL,
    value_hundredths BIGINT NOT NULL CHECK (value_hundredths >= 0),
    PRIMARY KEY (project_id, indicator, period, position)
);

DROP TABLE targets;
DROP TABLE payment_cancellations;
DROP TABLE payments;
DROP TABLE project_amendments;

ALTER TABLE organisations ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE organisations ADD COLUMN esus BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE organisations SET
    name = (SELECT r.name FROM organisation_revisions r WHERE r.organisation_id = id ORDER BY r.position DESC LIMIT 1),
    esus = (SELECT r.esus FROM organisation_revisions r WHERE r.organisation_id = id ORDER BY r.position DESC LIMIT 1);
DROP TABLE organisation_revisions;

ALTER TABLE reporting_periods ADD COLUMN due_on TEXT NOT NULL DEFAULT '';
UPDATE reporting_periods SET due_on = (
    SELECT d.due_on FROM period_due_dates d
    WHERE d.programme_id = reporting_periods.programme_id AND d.code = reporting_periods.code
    ORDER BY d.position DESC LIMIT 1
);
DROP TABLE period_due_dates;

ALTER TABLE calls DROP COLUMN position;

ALTER TABLE programmes ADD COLUMN name_en TEXT NOT NULL DEFAULT '';
ALTER TABLE programmes ADD COLUMN name_fr TEXT NOT NULL DEFAULT '';
ALTER TABLE programmes ADD COLUMN envelope_cents BIGINT NOT NULL DEFAULT 0;
ALTER TABLE programmes ADD COLUMN disclosure_threshold BIGINT NOT NULL DEFAULT 5;
UPDATE programmes SET
    name_en = (SELECT r.name_en FROM programme_revisions r WHERE r.programme_id = id ORDER BY r.position DESC LIMIT 1),
    name_fr = (SELECT r.name_fr FROM programme_revisions r WHERE r.programme_id = id ORDER BY r.position DESC LIMIT 1),
    envelope_cents =
        (SELECT r.envelope_cents FROM programme_revisions r WHERE r.programme_id = id ORDER BY r.position DESC LIMIT 1),
    disclosure_threshold =
        (SELECT r.disclosure_threshold FROM programme_revisions r WHERE r.programme_id = id
         ORDER BY r.position DESC LIMIT 1);
DROP TABLE programme_revisions;

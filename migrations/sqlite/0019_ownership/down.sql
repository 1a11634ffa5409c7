ALTER TABLE organisations DROP COLUMN sandbox;
DROP TABLE project_transfers;
ALTER TABLE project_revisions DROP COLUMN lead_organisation_id;

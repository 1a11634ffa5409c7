-- The second wall of PostgreSQL alone, as it was.
DROP POLICY came_along ON journal_links;
DROP POLICY added ON journal;
DROP POLICY own ON journal;
CREATE POLICY own ON journal TO faisceau_application
    USING ((SELECT faisceau_is_staff()) OR organisation_id = (SELECT faisceau_tenant()));
DROP FUNCTION faisceau_moved_subjects(boolean);
REVOKE UPDATE (lead_organisation_id) ON projects FROM faisceau_application;
REVOKE SELECT (id, project_id) ON reports FROM faisceau_ownership;
DROP POLICY transferred ON projects;
DROP POLICY whose ON reports;

ALTER TABLE organisations DROP COLUMN sandbox;
DROP TABLE project_transfers;
ALTER TABLE project_revisions DROP COLUMN lead_organisation_id;

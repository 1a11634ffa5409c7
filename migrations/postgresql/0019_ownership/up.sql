-- Who leads a project is part of what it is from a position on; `projects` keeps who leads it now, which access goes by.
ALTER TABLE project_revisions ADD COLUMN lead_organisation_id TEXT NOT NULL DEFAULT '';
UPDATE project_revisions SET lead_organisation_id =
    (SELECT p.lead_organisation_id FROM projects p WHERE p.id = project_id);

-- A transfer is why a project has another lead; both have the same position.
CREATE TABLE project_transfers (
    project_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    from_organisation_id TEXT NOT NULL REFERENCES organisations (id),
    to_organisation_id TEXT NOT NULL REFERENCES organisations (id),
    transferred_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (project_id, position),
    FOREIGN KEY (project_id, position) REFERENCES project_revisions (project_id, position)
);
CREATE INDEX project_transfers_by_from ON project_transfers (from_organisation_id);
CREATE INDEX project_transfers_by_to ON project_transfers (to_organisation_id);

-- A sandbox is an organisation that tries things out: nothing of it reaches a national figure. Said once, never changed.
ALTER TABLE organisations ADD COLUMN sandbox BOOLEAN NOT NULL DEFAULT FALSE;

-- The second wall (0018_wall), of PostgreSQL alone. The function that says whose a project is goes by `projects`, as before.
ALTER TABLE project_transfers ENABLE ROW LEVEL SECURITY;
ALTER TABLE project_transfers FORCE ROW LEVEL SECURITY;
-- Who led a project knows that it went, and to nobody is it told where to but to those who see the project.
CREATE POLICY own ON project_transfers FOR SELECT TO faisceau_application USING ((SELECT faisceau_sees_all())
    OR project_id = ANY ((SELECT faisceau_own_projects())::text[]) OR from_organisation_id = (SELECT faisceau_tenant()));
CREATE POLICY added ON project_transfers FOR INSERT TO faisceau_application WITH CHECK ((SELECT faisceau_is_staff()));
CREATE POLICY consolidation ON project_transfers FOR SELECT TO faisceau_consolidation USING (true);
CREATE POLICY whose ON project_transfers FOR SELECT TO faisceau_ownership USING (true);
CREATE POLICY whose ON reports FOR SELECT TO faisceau_ownership USING (true);
CREATE POLICY transferred ON projects FOR UPDATE TO faisceau_application USING ((SELECT faisceau_is_staff()));
GRANT SELECT, INSERT ON project_transfers TO faisceau_application;
GRANT SELECT ON project_transfers TO faisceau_consolidation;
GRANT SELECT (project_id, from_organisation_id, to_organisation_id) ON project_transfers TO faisceau_ownership;
GRANT SELECT (id, project_id) ON reports TO faisceau_ownership;
GRANT UPDATE (lead_organisation_id) ON projects TO faisceau_application;

-- The projects that came to the tenant, or went from it, with their reports: what entries of the journal are about.
CREATE FUNCTION faisceau_moved_subjects(came boolean) RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
    tenant text := faisceau_tenant();
    moved text[];
BEGIN
    IF tenant IS NULL OR tenant = '*' THEN
        RETURN '{}';
    END IF;
    moved := ARRAY(
        SELECT project_id FROM project_transfers JOIN projects ON projects.id = project_id
        WHERE CASE WHEN came THEN to_organisation_id = tenant AND lead_organisation_id = tenant
            ELSE from_organisation_id = tenant AND lead_organisation_id <> tenant END
    );
    RETURN moved || ARRAY(SELECT id FROM reports WHERE project_id = ANY (moved));
END $$;
DO $$
DECLARE
    may_create boolean := has_schema_privilege('faisceau_ownership', current_schema(), 'CREATE');
BEGIN
    IF NOT may_create THEN
        EXECUTE format('GRANT CREATE ON SCHEMA %I TO faisceau_ownership', current_schema());
    END IF;
    ALTER FUNCTION faisceau_moved_subjects(boolean) OWNER TO faisceau_ownership;
    IF NOT may_create THEN
        EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM faisceau_ownership', current_schema());
    END IF;
END $$;

-- What happened to a project goes with it; to the organisation before it is only told that it went.
DROP POLICY own ON journal;
CREATE POLICY own ON journal FOR SELECT TO faisceau_application USING (
    (SELECT faisceau_is_staff())
    OR (organisation_id = (SELECT faisceau_tenant()) OR subject = ANY ((SELECT faisceau_moved_subjects(true))::text[]))
        AND (kind = 'project.released' OR subject <> ALL ((SELECT faisceau_moved_subjects(false))::text[]))
);
CREATE POLICY added ON journal FOR INSERT TO faisceau_application
    WITH CHECK ((SELECT faisceau_is_staff()) OR organisation_id = (SELECT faisceau_tenant()));
CREATE POLICY came_along ON journal_links FOR SELECT TO faisceau_application
    USING (EXISTS (SELECT FROM journal WHERE journal.id = entry_id));

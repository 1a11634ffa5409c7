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

-- Roles for named programmes, of clients (by name) and of accounts (by identifier); whoever has none here has its role in all.
CREATE TABLE programme_roles (
    caller TEXT NOT NULL,
    programme_id TEXT NOT NULL REFERENCES programmes (id),
    role TEXT NOT NULL CHECK (role IN ('OFFICER', 'ANALYST', 'AUDITOR')),
    PRIMARY KEY (caller, programme_id)
);

-- Behind the wall like the callers whose roles they are: staff registers them, the access role looks them up, and writes
-- those of whom a provider vouches for.
ALTER TABLE programme_roles ENABLE ROW LEVEL SECURITY;
ALTER TABLE programme_roles FORCE ROW LEVEL SECURITY;
CREATE POLICY staff ON programme_roles TO faisceau_application USING ((SELECT faisceau_is_staff()));
CREATE POLICY callers ON programme_roles TO faisceau_access USING (true);
GRANT SELECT, INSERT, DELETE ON programme_roles TO faisceau_application, faisceau_access;

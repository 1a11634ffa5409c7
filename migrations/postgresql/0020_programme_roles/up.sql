-- Roles for named programmes, of clients (by name) and of accounts (by identifier); whoever has none here has its role in all.
CREATE TABLE programme_roles (
    caller TEXT NOT NULL,
    programme_id TEXT NOT NULL REFERENCES programmes (id),
    role TEXT NOT NULL CHECK (role IN ('OFFICER', 'ANALYST', 'AUDITOR')),
    PRIMARY KEY (caller, programme_id)
);

-- The roles of Faisceau's second wall. Run once as an administrator of the PostgreSQL server; then put in the names of
-- the logins that `faisceau migrate` and `faisceau serve` use, which may be the same.
CREATE ROLE faisceau_application NOLOGIN NOINHERIT;
CREATE ROLE faisceau_access NOLOGIN NOINHERIT;
CREATE ROLE faisceau_consolidation NOLOGIN NOINHERIT;
CREATE ROLE faisceau_links NOLOGIN NOINHERIT;
CREATE ROLE faisceau_ownership NOLOGIN NOINHERIT;
-- The login that migrates:
--   GRANT faisceau_application, faisceau_access, faisceau_consolidation, faisceau_links, faisceau_ownership TO migrating;
-- The login that serves (ALTER ROLE serving NOINHERIT: it has no rights but those of the role that it takes):
--   GRANT faisceau_application, faisceau_access, faisceau_consolidation, faisceau_links TO serving;

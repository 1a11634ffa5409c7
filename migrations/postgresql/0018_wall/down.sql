-- Roles stay: they belong to the whole server, and other databases may use them.
DO $$
DECLARE
    found record;
    role text;
BEGIN
    FOR found IN SELECT polname, polrelid::regclass AS on_table FROM pg_policy
        JOIN pg_class ON pg_class.oid = polrelid WHERE relnamespace = current_schema()::regnamespace LOOP
        EXECUTE format('DROP POLICY %I ON %s', found.polname, found.on_table);
    END LOOP;
    FOR found IN SELECT oid::regclass AS on_table FROM pg_class
        WHERE relrowsecurity AND relnamespace = current_schema()::regnamespace LOOP
        EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', found.on_table);
        EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', found.on_table);
    END LOOP;
    FOREACH role IN ARRAY ARRAY['faisceau_application', 'faisceau_access', 'faisceau_consolidation', 'faisceau_links',
        'faisceau_ownership'] LOOP
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', current_schema(), role);
    END LOOP;
END $$;
DROP FUNCTION faisceau_known_organisations();
DROP FUNCTION faisceau_own_projects();
DROP FUNCTION faisceau_sees_all();
DROP FUNCTION faisceau_is_staff();
DROP FUNCTION faisceau_tenant();
REVOKE SELECT ON __diesel_schema_migrations FROM PUBLIC;

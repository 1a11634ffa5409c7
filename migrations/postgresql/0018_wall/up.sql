-- The second wall: row-level security, also for the owner of the tables. Every transaction takes one of these roles and
-- says for whom it works (src/storage/wall.rs); whoever says nothing sees nothing that belongs to anybody.

-- Roles belong to the whole server. They are made here if the login may; else by whoever may, with the same statements:
-- `faisceau migrate --roles` prints them.
DO $$
DECLARE
    wanted text;
    -- From PostgreSQL 16 on, to be a member is one thing, to take the role or to have its rights are others.
    told_apart boolean := current_setting('server_version_num')::int >= 160000;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['application', 'access', 'consolidation', 'links', 'ownership'] LOOP
        wanted := 'faisceau_' || wanted;
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
            EXCEPTION
                -- Another database of the same server is being migrated.
                WHEN duplicate_object OR unique_violation THEN NULL;
                WHEN insufficient_privilege THEN
                    RAISE EXCEPTION 'role % is missing and this login may not make it: run what `faisceau migrate --roles` prints as an administrator of the server', wanted;
            END;
        END IF;
        IF NOT pg_has_role(current_user, wanted, CASE WHEN told_apart THEN 'SET' ELSE 'MEMBER' END) THEN
            BEGIN
                EXECUTE format('GRANT %I TO CURRENT_USER', wanted)
                    || CASE WHEN told_apart THEN ' WITH INHERIT FALSE, SET TRUE' ELSE '' END;
            EXCEPTION
                WHEN unique_violation THEN NULL;
                WHEN insufficient_privilege THEN
                    RAISE EXCEPTION 'this login is no member of role %: run what `faisceau migrate --roles` prints as an administrator of the server', wanted;
            END;
        END IF;
        IF NOT has_schema_privilege(wanted, current_schema(), 'USAGE') THEN
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), wanted);
        END IF;
    END LOOP;
END $$;

-- For whom the transaction works: an organisation, '*' for staff, nothing for nobody.
CREATE FUNCTION faisceau_tenant() RETURNS text LANGUAGE sql STABLE
AS $$ SELECT NULLIF(current_setting('faisceau.tenant', true), '') $$;

-- Whether it works for staff.
CREATE FUNCTION faisceau_is_staff() RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT COALESCE(current_setting('faisceau.tenant', true) = '*', false) $$;

-- Whether it works for staff whose client is not held to some projects.
CREATE FUNCTION faisceau_sees_all() RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT COALESCE(current_setting('faisceau.tenant', true) = '*', false)
    AND COALESCE(current_setting('faisceau.projects', true), '') = '' $$;

-- The one place that says whose a project is. It looks past the wall, as a role that sees nothing else, and is asked once
-- per statement.
CREATE FUNCTION faisceau_own_projects() RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
    tenant text := NULLIF(current_setting('faisceau.tenant', true), '');
    held text := NULLIF(current_setting('faisceau.projects', true), '');
BEGIN
    IF tenant IS NULL THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT id FROM projects
        WHERE (tenant = '*' OR lead_organisation_id = tenant)
            AND (held IS NULL OR id = ANY (string_to_array(held, ',')))
    );
END $$;

-- The organisations that it may know: its own, and those that take part in its projects.
CREATE FUNCTION faisceau_known_organisations() RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
    own text[] := faisceau_own_projects();
BEGIN
    RETURN ARRAY(SELECT organisation_id FROM project_members WHERE project_id = ANY (own)) || faisceau_tenant();
END $$;

DO $$
DECLARE
    may_create boolean := has_schema_privilege('faisceau_ownership', current_schema(), 'CREATE');
BEGIN
    IF NOT may_create THEN
        EXECUTE format('GRANT CREATE ON SCHEMA %I TO faisceau_ownership', current_schema());
    END IF;
    ALTER FUNCTION faisceau_own_projects() OWNER TO faisceau_ownership;
    ALTER FUNCTION faisceau_known_organisations() OWNER TO faisceau_ownership;
    IF NOT may_create THEN
        EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM faisceau_ownership', current_schema());
    END IF;
END $$;

DO $$
DECLARE
    -- Written by whoever reports for a project.
    reported text[] := ARRAY['reports', 'report_versions', 'participations', 'report_sections', 'findings',
        'finding_counts', 'return_reasons', 'jobs'];
    -- Written by staff about a project.
    agreed text[] := ARRAY['project_revisions', 'project_members', 'project_amendments', 'payments',
        'payment_cancellations', 'targets', 'waivers', 'due_date_extensions', 'erased_records'];
    -- Who calls, and with what: staff registers it, the access role looks callers up.
    callers text[] := ARRAY['clients', 'client_limits', 'client_credentials', 'credential_uses', 'revoked_tokens',
        'accounts', 'sessions'];
    -- What only the access role knows.
    proofs text[] := ARRAY['used_assertions', 'used_sign_ins', 'sign_in_failures'];
    closed text[] := ARRAY['projects', 'organisations', 'organisation_revisions', 'report_transitions', 'journal',
        'journal_links', 'chain_heads', 'idempotency_keys', 'closings', 'closing_steps', 'self_checks', 'person_links'];
    own constant text := '(SELECT faisceau_sees_all()) OR project_id = ANY ((SELECT faisceau_own_projects())::text[])';
    staff constant text := '(SELECT faisceau_is_staff())';
    named text;
BEGIN
    FOREACH named IN ARRAY reported || agreed || callers || proofs || closed LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', named);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', named);
    END LOOP;
    FOREACH named IN ARRAY reported LOOP
        EXECUTE format('CREATE POLICY own ON %I TO faisceau_application USING (%s) WITH CHECK (%s OR %s)', named, own, staff, own);
    END LOOP;
    FOREACH named IN ARRAY agreed LOOP
        EXECUTE format('CREATE POLICY own ON %I FOR SELECT TO faisceau_application USING (%s)', named, own);
        EXECUTE format('CREATE POLICY added ON %I FOR INSERT TO faisceau_application WITH CHECK (%s)', named, staff);
        EXECUTE format('CREATE POLICY changed ON %I FOR UPDATE TO faisceau_application USING (%s AND (%s))', named, staff, own);
    END LOOP;
    FOREACH named IN ARRAY callers LOOP
        EXECUTE format('CREATE POLICY staff ON %I TO faisceau_application USING (%s)', named, staff);
    END LOOP;
    FOREACH named IN ARRAY callers || proofs LOOP
        EXECUTE format('CREATE POLICY callers ON %I TO faisceau_access USING (true)', named);
    END LOOP;
    -- Consolidation reads everything that figures are made of, and nothing of callers and persons.
    FOREACH named IN ARRAY reported || agreed || closed LOOP
        CONTINUE WHEN named IN ('jobs', 'idempotency_keys', 'person_links');
        EXECUTE format('CREATE POLICY consolidation ON %I FOR SELECT TO faisceau_consolidation USING (true)', named);
        EXECUTE format('GRANT SELECT ON %I TO faisceau_consolidation', named);
    END LOOP;
    FOREACH named IN ARRAY ARRAY['programmes', 'programme_revisions', 'calls', 'reporting_periods', 'period_due_dates',
        'definition_versions', 'retention_settings'] LOOP
        EXECUTE format('GRANT SELECT, INSERT ON %I TO faisceau_application', named);
        EXECUTE format('GRANT SELECT ON %I TO faisceau_consolidation', named);
    END LOOP;
    FOREACH named IN ARRAY reported || agreed LOOP
        EXECUTE format('GRANT SELECT, INSERT ON %I TO faisceau_application', named);
    END LOOP;
    FOREACH named IN ARRAY callers LOOP
        EXECUTE format('GRANT SELECT ON %I TO faisceau_application', named);
    END LOOP;
END $$;

-- Only staff erases.
CREATE POLICY erased ON participations AS RESTRICTIVE FOR DELETE TO faisceau_application
    USING ((SELECT faisceau_is_staff()));
CREATE POLICY erased ON findings AS RESTRICTIVE FOR DELETE TO faisceau_application USING ((SELECT faisceau_is_staff()));

-- What belongs to an organisation, or to everybody who may see it.
CREATE POLICY own ON projects FOR SELECT TO faisceau_application
    USING ((SELECT faisceau_sees_all()) OR id = ANY ((SELECT faisceau_own_projects())::text[]));
CREATE POLICY added ON projects FOR INSERT TO faisceau_application WITH CHECK ((SELECT faisceau_is_staff()));
CREATE POLICY known ON organisations FOR SELECT TO faisceau_application
    USING ((SELECT faisceau_is_staff()) OR id = ANY ((SELECT faisceau_known_organisations())::text[]));
CREATE POLICY added ON organisations FOR INSERT TO faisceau_application WITH CHECK ((SELECT faisceau_is_staff()));
CREATE POLICY known ON organisation_revisions FOR SELECT TO faisceau_application
    USING ((SELECT faisceau_is_staff()) OR organisation_id = ANY ((SELECT faisceau_known_organisations())::text[]));
CREATE POLICY added ON organisation_revisions FOR INSERT TO faisceau_application WITH CHECK ((SELECT faisceau_is_staff()));
GRANT SELECT, INSERT ON projects, organisations, organisation_revisions TO faisceau_application;

-- A step is seen by whoever sees its report.
CREATE POLICY own ON report_transitions TO faisceau_application
    USING (EXISTS (SELECT FROM reports WHERE reports.id = report_id));
GRANT SELECT, INSERT ON report_transitions TO faisceau_application;

CREATE POLICY own ON journal TO faisceau_application
    USING ((SELECT faisceau_is_staff()) OR organisation_id = (SELECT faisceau_tenant()));
CREATE POLICY own ON journal_links FOR SELECT TO faisceau_application
    USING ((SELECT faisceau_is_staff()) OR chain = (SELECT faisceau_tenant()));
CREATE POLICY own ON chain_heads FOR SELECT TO faisceau_application
    USING ((SELECT faisceau_is_staff()) OR chain = (SELECT faisceau_tenant()));
CREATE POLICY own ON idempotency_keys TO faisceau_application
    USING ((SELECT faisceau_is_staff()) OR owner = (SELECT faisceau_tenant()));
CREATE POLICY staff ON closings TO faisceau_application USING ((SELECT faisceau_is_staff()));
CREATE POLICY staff ON closing_steps TO faisceau_application USING ((SELECT faisceau_is_staff()));
GRANT SELECT, INSERT ON journal, closings, closing_steps TO faisceau_application;
GRANT SELECT, INSERT, DELETE ON idempotency_keys TO faisceau_application;
GRANT SELECT ON journal_links, chain_heads, sequence_head TO faisceau_application;
GRANT SELECT, UPDATE ON journal_head, access_head, privacy_head TO faisceau_application;
GRANT UPDATE ON reports, report_versions, participations, report_sections, finding_counts, return_reasons, jobs, waivers,
    clients, client_credentials, accounts TO faisceau_application;
GRANT INSERT ON clients, client_limits, client_credentials, accounts TO faisceau_application;
GRANT DELETE ON participations, findings, jobs, client_limits, sessions TO faisceau_application;

-- Whoever calls is looked up, and what came of it is written down, before anybody works for them.
CREATE POLICY callers ON journal FOR INSERT TO faisceau_access WITH CHECK (true);
GRANT INSERT ON journal TO faisceau_access;
GRANT SELECT, UPDATE ON journal_head, access_head TO faisceau_access;
GRANT SELECT ON clients, client_limits, client_credentials TO faisceau_access;
GRANT SELECT, INSERT, UPDATE ON credential_uses, accounts TO faisceau_access;
GRANT SELECT, INSERT, DELETE ON used_assertions, revoked_tokens, used_sign_ins TO faisceau_access;
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions, sign_in_failures TO faisceau_access;

-- Consolidation writes the journal's numbers and links, and what the self-check found.
CREATE POLICY numbered ON journal FOR UPDATE TO faisceau_consolidation USING (true);
CREATE POLICY linked ON journal_links FOR INSERT TO faisceau_consolidation WITH CHECK (true);
CREATE POLICY linked ON chain_heads TO faisceau_consolidation USING (true);
CREATE POLICY checked ON self_checks FOR INSERT TO faisceau_consolidation WITH CHECK (true);
GRANT UPDATE (sequence) ON journal TO faisceau_consolidation;
GRANT INSERT ON journal_links, self_checks TO faisceau_consolidation;
GRANT INSERT, UPDATE ON chain_heads TO faisceau_consolidation;
GRANT SELECT, UPDATE ON sequence_head, journal_head TO faisceau_consolidation;

-- The one table without a tenant: a role of its own, taken for the statement at hand.
CREATE POLICY links ON person_links TO faisceau_links USING (true);
GRANT SELECT, INSERT, DELETE ON person_links TO faisceau_links;

CREATE POLICY whose ON projects FOR SELECT TO faisceau_ownership USING (true);
CREATE POLICY whose ON project_members FOR SELECT TO faisceau_ownership USING (true);
GRANT SELECT (id, lead_organisation_id) ON projects TO faisceau_ownership;
GRANT SELECT (project_id, organisation_id) ON project_members TO faisceau_ownership;

-- A login that only serves must be able to see that every migration was run.
GRANT SELECT ON __diesel_schema_migrations TO PUBLIC;

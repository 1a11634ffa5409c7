-- What stood at a position: projects, versions in force, and their stays, each with the rank of its exit's class.
-- Words in braces are filled in by the test. Ranks: 0 sustainable and 1 other employment, 2 qualifying and 3 other
-- training, 4 other, 5 unknown, 6 neutralised.
WITH cut (k, win_from, win_to) AS MATERIALIZED (
    VALUES {cuts}
),
known AS MATERIALIZED (
    SELECT p.id, p.code, r.agreement_from, r.agreement_to, r.grant_cents, r.eligible_cost_cents,
        {region_of_delivery} AS region, r.department, r.sector, r.call_code, r.target_participants,
        r.position AS revision, p.lead_organisation_id AS lead, o.siret
    FROM programmes g
    JOIN projects p ON p.programme_id = g.id
    JOIN project_revisions r ON r.project_id = p.id
    JOIN organisations o ON o.id = p.lead_organisation_id
    WHERE g.code = '{programme}' AND g.position <= {position}
        AND r.position = (
            SELECT MAX(l.position) FROM project_revisions l WHERE l.project_id = p.id AND l.position <= {position}
        )
),
in_force AS MATERIALIZED (
    SELECT v.project_id, v.number, v.period, v.late
    FROM report_versions v
    WHERE v.number = (
        SELECT MAX(o.number)
        FROM report_versions o
        WHERE o.project_id = v.project_id AND o.approved_position <= {position}
            AND (o.annulled_position IS NULL OR o.annulled_position > {position})
    )
),
stay AS MATERIALIZED (
    SELECT n.code, n.region, s.sex, COALESCE(s.person_id, n.id || ' ' || s.reference) AS person,
        s.entry_on, COALESCE(s.exit_on, '9999-12-31') AS exit_on, {more}
        CASE
            WHEN s.exit_situation = 'EMPLOYMENT' THEN CASE
                WHEN s.exit_contract IN ('PERMANENT', 'PUBLIC_SERVICE', 'BUSINESS_CREATION') THEN 0
                WHEN s.exit_contract IN ('FIXED_TERM', 'TEMPORARY', 'APPRENTICESHIP', 'PROFESSIONALISATION')
                    AND {day_after_the_contract} {comparison} {six_months_of_contract} THEN 0
                ELSE 1
            END
            WHEN s.exit_situation = 'TRAINING' AND s.exit_training = 'CERTIFYING' THEN 2
            WHEN s.exit_situation = 'TRAINING' THEN 3
            WHEN s.exit_situation IN ('SEEKING', 'INACTIVE', 'DROPPED_OUT', 'MOVED', 'EXCLUDED') THEN 4
            WHEN s.exit_situation IN ('HEALTH', 'MATERNITY', 'DEATH') THEN 6
            ELSE 5
        END AS rank_of_class
    FROM known n
    JOIN in_force f ON f.project_id = n.id
    JOIN participations s ON s.project_id = n.id AND s.first_version <= f.number
        AND (s.end_version IS NULL OR s.end_version > f.number)
)

-- The stays and the projects of a slice, each under its group; words in braces are filled in by the test.
, chosen AS MATERIALIZED (
    SELECT {keys} AS grp, {kind} AS kind, n.*, c.win_from, c.win_to
    FROM stay n CROSS JOIN cut c {kinds}
    WHERE {projects} AND {codes}
),
held AS MATERIALIZED (
    SELECT n.* FROM chosen n WHERE n.entry_on <= n.win_to AND n.exit_on >= n.win_from
),
present AS MATERIALIZED (
    SELECT DISTINCT n.grp, n.person FROM held n WHERE n.exit_on > n.win_to
),
leaving AS MATERIALIZED (
    SELECT n.*, ROW_NUMBER() OVER (
        PARTITION BY n.grp, n.person
        ORDER BY n.exit_on DESC, n.rank_of_class, n.code, n.first_version, n.reference
    ) AS place
    FROM held n
    WHERE NOT EXISTS (SELECT 1 FROM present p WHERE p.grp = n.grp AND p.person = n.person)
),
entering AS MATERIALIZED (
    SELECT n.*, ROW_NUMBER() OVER (
        PARTITION BY n.grp, n.person ORDER BY n.entry_on, n.code, n.first_version, n.reference
    ) AS place
    FROM held n
    WHERE n.entry_on >= n.win_from
),
whole AS MATERIALIZED (
    SELECT {whole_keys} AS grp, n.*, c.win_from, c.win_to,
        CASE WHEN n.agreement_from <= c.win_to AND n.agreement_to >= c.win_from THEN 1 ELSE 0 END AS meets
    FROM known n CROSS JOIN cut c
    WHERE {projects}
),
approved AS MATERIALIZED (
    SELECT v.project_id, v.number,
        CASE SUBSTR(v.period, 7, 1)
            WHEN '1' THEN SUBSTR(v.period, 1, 4) || '-03-31'
            WHEN '2' THEN SUBSTR(v.period, 1, 4) || '-06-30'
            WHEN '3' THEN SUBSTR(v.period, 1, 4) || '-09-30'
            ELSE SUBSTR(v.period, 1, 4) || '-12-31'
        END AS last_on
    FROM report_versions v
    WHERE v.approved_position <= {position} AND (v.annulled_position IS NULL OR v.annulled_position > {position})
)

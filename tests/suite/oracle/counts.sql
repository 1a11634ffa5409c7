-- Counts of every group by both units: `group|unit|supported|entries|exits|present|exits by class, best first`.
, marked AS MATERIALIZED (
    SELECT {key} AS k, n.person, n.rank_of_class, n.exit_on,
        CASE WHEN n.entry_on <= c.win_to AND n.exit_on >= c.win_from THEN 1 ELSE 0 END AS supported,
        CASE WHEN n.entry_on BETWEEN c.win_from AND c.win_to THEN 1 ELSE 0 END AS entered,
        CASE WHEN n.exit_on BETWEEN c.win_from AND c.win_to THEN 1 ELSE 0 END AS gone,
        CASE WHEN n.entry_on <= c.win_to AND n.exit_on > c.win_to THEN 1 ELSE 0 END AS present
    FROM stay n CROSS JOIN cut c
),
ending AS MATERIALIZED (
    SELECT m.k, m.person, m.rank_of_class,
        ROW_NUMBER() OVER (PARTITION BY m.k, m.person ORDER BY m.exit_on DESC, m.rank_of_class) AS place
    FROM marked m
    WHERE m.gone = 1
),
person AS MATERIALIZED (
    SELECT m.k, m.person, MAX(m.supported) AS supported, MAX(m.entered) AS entered, MAX(m.present) AS present
    FROM marked m
    GROUP BY m.k, m.person
),
judged AS MATERIALIZED (
    SELECT p.k, p.supported, p.entered, p.present,
        CASE WHEN p.supported = 1 AND p.present = 0 THEN 1 ELSE 0 END AS gone, e.rank_of_class
    FROM person p
    LEFT JOIN ending e ON e.k = p.k AND e.person = p.person AND e.place = 1
)
SELECT t.k || '|PARTICIPATION|' || SUM(t.supported) || '|' || SUM(t.entered) || '|' || SUM(t.gone) || '|'
    || SUM(t.present) || {by_class} AS value
FROM marked t
GROUP BY t.k
UNION ALL
SELECT t.k || '|PERSON|' || SUM(t.supported) || '|' || SUM(t.entered) || '|' || SUM(t.gone) || '|'
    || SUM(t.present) || {by_class} AS value
FROM judged t
GROUP BY t.k

-- The last period that ended by the window's end and was due by the day, then each project expected to report on it:
-- `period|project|how far it has|whether its version came late`.
, due AS MATERIALIZED (
    SELECT q.code, q.first_on, q.last_on
    FROM reporting_periods q
    JOIN programmes g ON g.id = q.programme_id
    JOIN period_due_dates e ON e.programme_id = q.programme_id AND e.code = q.code
    WHERE g.code = '{programme}' AND q.last_on <= '{to}' AND e.due_on <= '{day}'
        AND e.position = (
            SELECT MAX(l.position) FROM period_due_dates l
            WHERE l.programme_id = q.programme_id AND l.code = q.code AND l.position <= {position}
        )
    ORDER BY q.last_on DESC
    LIMIT 1
)
SELECT d.code || '|||' AS value FROM due d
UNION ALL
SELECT d.code || '|' || n.code || '|'
    || (CASE WHEN f.period IS NULL THEN 'missing' WHEN f.period >= d.code THEN 'in force' ELSE 'partial' END)
    || '|' || (CASE WHEN f.late THEN 'late' ELSE '' END) AS value
FROM due d
JOIN known n ON n.agreement_from <= d.last_on AND n.agreement_to >= d.first_on
LEFT JOIN in_force f ON f.project_id = n.id

-- Projects whose agreement meets the window, and their money, for every group: `group|projects|grants|eligible cost`.
SELECT t.k || '|' || SUM(t.met) || '|' || SUM(t.met * t.grant_cents) || '|' || SUM(t.met * t.eligible_cost_cents) AS value
FROM (
    SELECT {key} AS k, n.grant_cents, n.eligible_cost_cents,
        CASE WHEN n.agreement_from <= c.win_to AND n.agreement_to >= c.win_from THEN 1 ELSE 0 END AS met
    FROM known n CROSS JOIN cut c
) t
GROUP BY t.k

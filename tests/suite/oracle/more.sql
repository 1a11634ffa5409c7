-- What slices read of a stay beside what every question reads.
n.id, n.department, n.sector, n.call_code, n.siret, s.reference, s.first_version,
s.person_id, s.protection_status, s.french_at_entry,
s.education, s.labour_status, s.priority_district, s.rural_area, s.disability, s.housing_at_entry, s.supports,
s.exit_situation, s.exit_contract, s.exit_training, s.french_at_exit, s.housing_at_exit, s.financial_autonomy,
s.follow_up_situation,
CASE
    WHEN s.birth_year IN ('UNKNOWN', 'REFUSED', 'NOT_COLLECTED') THEN NULL
    ELSE CAST(SUBSTR(s.entry_on, 1, 4) AS INTEGER) - CAST(s.birth_year AS INTEGER)
END AS age,
CASE
    WHEN s.residence_department IN ('UNKNOWN', 'REFUSED', 'NOT_COLLECTED') THEN s.residence_department
    ELSE {region_of_residence}
END AS residence_region,

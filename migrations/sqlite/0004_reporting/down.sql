DROP TABLE person_links;
DROP TABLE report_transitions;
DROP TABLE findings;
DROP TABLE participations;
DROP TABLE report_versions;
DROP TABLE reports;

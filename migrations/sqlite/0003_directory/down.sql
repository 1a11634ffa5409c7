DROP TABLE project_members;
DROP TABLE project_revisions;
DROP TABLE projects;
DROP TABLE organisations;
DROP TABLE reporting_periods;
DROP TABLE calls;
DROP TABLE programmes;

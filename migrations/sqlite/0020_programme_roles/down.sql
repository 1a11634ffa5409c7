DROP TABLE programme_roles;

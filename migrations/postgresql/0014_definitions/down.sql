DROP TABLE definition_versions;

DROP TABLE retention_settings;
DROP TABLE erased_records;
DROP TABLE privacy_head;
DROP INDEX participations_by_person;
DROP INDEX person_links_by_person;
ALTER TABLE person_links DROP COLUMN key_id;

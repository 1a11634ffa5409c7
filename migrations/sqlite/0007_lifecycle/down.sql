DROP INDEX journal_unnumbered;
DROP INDEX journal_by_sequence;
ALTER TABLE journal DROP COLUMN sequence;
DROP TABLE sequence_head;
DROP TABLE return_reasons;
DROP TABLE due_date_extensions;
ALTER TABLE report_versions DROP COLUMN certified_by;
ALTER TABLE report_versions DROP COLUMN received_at_us;

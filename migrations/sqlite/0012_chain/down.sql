ALTER TABLE journal DROP COLUMN reason;
ALTER TABLE sequence_head DROP COLUMN linked;
DROP TABLE chain_heads;
DROP TABLE journal_links;

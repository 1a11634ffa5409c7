-- The journal chained by hashes: one chain per organisation, and one (the empty name) for what concerns none. Links are
-- made after the commit, in the order of sequences, and only ever inserted. Older entries begin the chains.
CREATE TABLE journal_links (
    chain TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number >= 1),
    entry_id TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (chain, number),
    UNIQUE (chain, entry_id)
);
CREATE INDEX journal_links_by_entry ON journal_links (entry_id);

-- The newest link of each chain, sealed under a key that is not in the database.
CREATE TABLE chain_heads (
    chain TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL,
    hash BLOB NOT NULL,
    seal BLOB NOT NULL
);
ALTER TABLE sequence_head ADD COLUMN linked BIGINT NOT NULL DEFAULT 0;

-- Why somebody looked at individual records or erased a person, in their own words.
ALTER TABLE journal ADD COLUMN reason TEXT;

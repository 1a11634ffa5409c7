-- The journal: one entry per write, in the order of time; what answers read also takes a position, in commit order.
CREATE TABLE journal_head (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    position BIGINT NOT NULL,
    at_us BIGINT NOT NULL
);
INSERT INTO journal_head (id, position, at_us) VALUES (1, 0, 0);

CREATE TABLE journal (
    id TEXT NOT NULL PRIMARY KEY,
    position BIGINT UNIQUE,
    at_us BIGINT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    organisation_id TEXT,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX journal_by_subject ON journal (subject, at_us);

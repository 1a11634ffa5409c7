-- Closings. Both tables are append-only: a row is inserted once and never written again.
CREATE TABLE closings (
    id TEXT NOT NULL PRIMARY KEY,
    programme_id TEXT NOT NULL REFERENCES programmes (id),
    programme_code TEXT NOT NULL,
    name TEXT NOT NULL,
    position BIGINT NOT NULL,
    day TEXT NOT NULL,
    revises TEXT,
    revision_reason TEXT,
    -- How many closings of the programme were published when this one was prepared: only beside these is it safe.
    published_before BIGINT NOT NULL,
    figure_count BIGINT NOT NULL,
    suppressed_count BIGINT NOT NULL,
    -- What is digested, signed and published, byte by byte.
    content TEXT NOT NULL,
    digest TEXT NOT NULL,
    -- The true counts with their links, for the closings after it; never shown.
    exact TEXT NOT NULL
);
CREATE INDEX closings_of_programme ON closings (programme_id, id);

-- What happened to a closing, in order.
CREATE TABLE closing_steps (
    closing_id TEXT NOT NULL REFERENCES closings (id),
    place BIGINT NOT NULL,
    action TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    caller TEXT NOT NULL,
    reason TEXT,
    signature_key TEXT,
    signature TEXT,
    PRIMARY KEY (closing_id, place)
);

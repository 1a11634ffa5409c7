-- Submissions that take longer than their sender waits: how far they are, and the answer that they came to.
CREATE TABLE jobs (
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    caller TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('RUNNING', 'DONE', 'CANCELLED')),
    stage TEXT NOT NULL,
    done_count BIGINT NOT NULL,
    total_count BIGINT,
    cancel_requested BOOLEAN NOT NULL,
    started_at_us BIGINT NOT NULL,
    seen_at_us BIGINT NOT NULL,
    answer_status BIGINT,
    answer TEXT,
    PRIMARY KEY (project_id, id)
);
CREATE INDEX jobs_by_id ON jobs (id);

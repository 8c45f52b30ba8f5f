-- The whole life of a workflow: suspensions, restarts, answers, and who asked for what.

ALTER TABLE workflows ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0; -- 1: it is to begin nothing
ALTER TABLE workflows ADD COLUMN restart TEXT; -- JSON: the wish that it runs again, until it does

ALTER TABLE runs ADD COLUMN mode TEXT NOT NULL DEFAULT 'FIRST'; -- or the word of its restart
ALTER TABLE runs ADD COLUMN reason TEXT;
ALTER TABLE runs ADD COLUMN actor TEXT;
ALTER TABLE runs ADD COLUMN asked_key TEXT; -- a hash of the key of the request that it began with
UPDATE runs SET actor = (SELECT created_by FROM workflows WHERE key = workflow);

-- Tasks that are to be stopped, until the executor has taken note of it.
CREATE TABLE task_stops (
    workflow INTEGER NOT NULL,
    run      INTEGER NOT NULL,
    task     INTEGER NOT NULL,
    PRIMARY KEY (workflow, run, task)
) STRICT, WITHOUT ROWID;

-- Answers to tasks that wait, until the executor has given them.
CREATE TABLE answers (
    workflow INTEGER NOT NULL,
    run      INTEGER NOT NULL,
    task     INTEGER NOT NULL,
    item     INTEGER NOT NULL, -- -1: the task has no items
    attempt  INTEGER NOT NULL,
    answer   TEXT NOT NULL,    -- JSON
    PRIMARY KEY (workflow, run, task, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    workflow   INTEGER NOT NULL,
    sequence   INTEGER NOT NULL, -- 1, 2 … within the workflow; some may be missing
    at_ms      INTEGER NOT NULL,
    actor      TEXT,
    action     TEXT NOT NULL,
    task       TEXT,
    reason     TEXT,
    outcome    TEXT NOT NULL,
    run        INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    PRIMARY KEY (workflow, sequence)
) STRICT, WITHOUT ROWID;

-- Times are milliseconds since 1970. Texts named below as JSON are written by serde.

CREATE TABLE store (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL -- moves with every visible change of any workflow
) STRICT;
INSERT INTO store (one, revision) VALUES (1, 0);

-- All that a list tells, and what the executor has to find without reading more.
CREATE TABLE workflows (
    key         INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice
    scope       TEXT NOT NULL,
    id          BLOB NOT NULL,
    created_ms  INTEGER NOT NULL,
    created_by  TEXT,
    name        TEXT NOT NULL,
    description TEXT,
    labels      TEXT NOT NULL, -- JSON
    fingerprint TEXT NOT NULL,
    etag        TEXT NOT NULL,
    priority    INTEGER NOT NULL,
    mutex       TEXT,
    run         INTEGER NOT NULL, -- the latest run; from here on the columns are about it
    phase       TEXT NOT NULL,
    message     TEXT,
    stopping    INTEGER NOT NULL,
    task_counts TEXT NOT NULL, -- JSON
    started_ms  INTEGER,
    finished_ms INTEGER,
    expires_ms  INTEGER,
    revision    INTEGER NOT NULL,
    attention   INTEGER NOT NULL, -- 1: somebody asked something that the executor has not seen
    deleting    INTEGER NOT NULL  -- 1: to be forgotten when its run has ended
) STRICT;

-- Lists are read by one of these, newest first; each ends with the position.
CREATE UNIQUE INDEX workflows_by_id ON workflows (scope, id);
CREATE INDEX workflows_by_age ON workflows (scope, created_ms, id);
CREATE INDEX workflows_by_phase ON workflows (scope, phase, created_ms, id);
CREATE INDEX workflows_by_name ON workflows (scope, name, phase, created_ms, id);
-- What the executor and the sweep look for.
CREATE INDEX workflows_active ON workflows (key)
    WHERE phase IN ('PENDING', 'RUNNING', 'SUSPENDED');
CREATE INDEX workflows_attention ON workflows (key) WHERE attention = 1;
CREATE INDEX workflows_expiry ON workflows (expires_ms) WHERE expires_ms IS NOT NULL;

CREATE TABLE labels (
    scope      TEXT NOT NULL,
    label      TEXT NOT NULL,
    value      TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    id         BLOB NOT NULL,
    workflow   INTEGER NOT NULL,
    PRIMARY KEY (scope, label, value, created_ms, id)
) STRICT, WITHOUT ROWID;

-- What does not change, and lists do not read.
CREATE TABLE documents (
    workflow INTEGER PRIMARY KEY,
    document TEXT NOT NULL, -- JSON
    rendered TEXT NOT NULL  -- JSON
) STRICT;

CREATE TABLE runs (
    workflow   INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    parameters TEXT,          -- JSON; of a held run null
    stop       TEXT,          -- JSON: the wish; written by who wishes, never by the executor
    status     TEXT NOT NULL, -- JSON, without the tasks
    PRIMARY KEY (workflow, number)
) STRICT, WITHOUT ROWID;

-- The tasks to which something has happened; task -1 is the exit handler.
CREATE TABLE tasks (
    workflow INTEGER NOT NULL,
    run      INTEGER NOT NULL,
    task     INTEGER NOT NULL,
    status   TEXT NOT NULL, -- JSON, without the items
    PRIMARY KEY (workflow, run, task)
) STRICT, WITHOUT ROWID;

CREATE TABLE items (
    workflow INTEGER NOT NULL,
    run      INTEGER NOT NULL,
    task     INTEGER NOT NULL,
    item     INTEGER NOT NULL,
    status   TEXT NOT NULL, -- JSON
    PRIMARY KEY (workflow, run, task, item)
) STRICT, WITHOUT ROWID;

-- The attempts that may have a process. A row is there before its process is.
CREATE TABLE attempts (
    uuid     BLOB PRIMARY KEY,
    workflow INTEGER NOT NULL,
    run      INTEGER NOT NULL,
    task     INTEGER NOT NULL,
    item     INTEGER,
    number   INTEGER NOT NULL,
    held     INTEGER NOT NULL, -- 1: it has no process yet, and gets none before this is 0
    pid      INTEGER, -- of its process and its process group
    started  INTEGER, -- the process's start, in ticks since the machine's
    boot     TEXT     -- which start of the machine that was
) STRICT, WITHOUT ROWID;

-- Directories, relative to the data directory, of workflows that are forgotten.
CREATE TABLE trash (
    path TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

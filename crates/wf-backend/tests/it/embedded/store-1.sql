-- A store as format 1 was written, recorded: a workflow that has failed, one that is held, and one
-- that was running when its process ended in good order.
BEGIN TRANSACTION;
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
CREATE TABLE documents (
    workflow INTEGER PRIMARY KEY,
    document TEXT NOT NULL, -- JSON
    rendered TEXT NOT NULL  -- JSON
) STRICT;
INSERT INTO "documents" VALUES(1,'{"name":"recorded","labels":{"team":"core"},"parameters":[{"name":"who","default":"you"}],"tasks":[{"name":"A","action":"shell","parameters":[{"name":"script","value":"echo hello {{workflow.parameters.who}}"}]},{"name":"F","action":"shell","parameters":[{"name":"script","value":"exit $(({{item}} - 1))"}],"dependsOn":["A"],"withItems":[1,2]},{"name":"B","action":"shell","parameters":[{"name":"script","value":"echo {{tasks.A.outputs.result}}"}],"dependsOn":["A"]}]}','{"workflow":{"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow","metadata":{"generateName":"recorded","labels":{"team":"core"}},"spec":{"entrypoint":"wf","arguments":{"parameters":[{"name":"who","value":"you"}]},"templates":[{"name":"shell","inputs":{"parameters":[{"name":"script"}]},"container":{"command":["sh","-c","{{inputs.parameters.script}}"],"image":"none"}},{"name":"wf","dag":{"tasks":[{"name":"A","template":"shell","arguments":{"parameters":[{"name":"script","value":"echo hello {{workflow.parameters.who}}"}]}},{"name":"F","dependencies":["A"],"template":"shell","arguments":{"parameters":[{"name":"script","value":"exit $(({{item}} - 1))"}]},"withItems":[1,2]},{"name":"B","dependencies":["A"],"template":"shell","arguments":{"parameters":[{"name":"script","value":"echo {{tasks.A.outputs.result}}"}]}}]}}]}}}');
INSERT INTO "documents" VALUES(2,'{"name":"script","tasks":[{"name":"A","action":"shell","parameters":[{"name":"script","value":"echo held"}]}]}','{"workflow":{"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow","metadata":{"generateName":"script"},"spec":{"entrypoint":"wf","templates":[{"name":"shell","inputs":{"parameters":[{"name":"script"}]},"container":{"command":["sh","-c","{{inputs.parameters.script}}"],"image":"none"}},{"name":"wf","dag":{"tasks":[{"name":"A","template":"shell","arguments":{"parameters":[{"name":"script","value":"echo held"}]}}]}}]}}}');
INSERT INTO "documents" VALUES(3,'{"name":"script","tasks":[{"name":"A","action":"shell","parameters":[{"name":"script","value":"sleep 0.1"}]}]}','{"workflow":{"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow","metadata":{"generateName":"script"},"spec":{"entrypoint":"wf","templates":[{"name":"shell","inputs":{"parameters":[{"name":"script"}]},"container":{"command":["sh","-c","{{inputs.parameters.script}}"],"image":"none"}},{"name":"wf","dag":{"tasks":[{"name":"A","template":"shell","arguments":{"parameters":[{"name":"script","value":"sleep 0.1"}]}}]}}]}}}');
CREATE TABLE items (
    workflow INTEGER NOT NULL,
    run      INTEGER NOT NULL,
    task     INTEGER NOT NULL,
    item     INTEGER NOT NULL,
    status   TEXT NOT NULL, -- JSON
    PRIMARY KEY (workflow, run, task, item)
) STRICT, WITHOUT ROWID;
INSERT INTO "items" VALUES(1,1,1,0,'{"index":0,"value":"1","phase":"SUCCEEDED","exitCode":0,"startedAt":"2026-11-21T03:49:49.272Z","finishedAt":"2026-11-21T03:49:49.284Z","outputs":{"result":""},"attempts":[{"number":1,"phase":"SUCCEEDED","exitCode":0,"startedAt":"2026-11-21T03:49:49.272Z","finishedAt":"2026-11-21T03:49:49.284Z"}]}');
INSERT INTO "items" VALUES(1,1,1,1,'{"index":1,"value":"2","phase":"FAILED","message":"its process ended with code 1","reason":"EXIT_CODE","exitCode":1,"startedAt":"2026-11-21T03:49:49.272Z","finishedAt":"2026-11-21T03:49:49.284Z","outputs":{"result":""},"attempts":[{"number":1,"phase":"FAILED","message":"its process ended with code 1","reason":"EXIT_CODE","exitCode":1,"startedAt":"2026-11-21T03:49:49.272Z","finishedAt":"2026-11-21T03:49:49.284Z"}]}');
CREATE TABLE labels (
    scope      TEXT NOT NULL,
    label      TEXT NOT NULL,
    value      TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    id         BLOB NOT NULL,
    workflow   INTEGER NOT NULL,
    PRIMARY KEY (scope, label, value, created_ms, id)
) STRICT, WITHOUT ROWID;
INSERT INTO "labels" VALUES('demo','team','core',1795232989257,X'01A1FC3980497370B50E63AA7B11C5C6',1);
CREATE TABLE runs (
    workflow   INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    parameters TEXT,          -- JSON; of a held run null
    stop       TEXT,          -- JSON: the wish; written by who wishes, never by the executor
    status     TEXT NOT NULL, -- JSON, without the tasks
    PRIMARY KEY (workflow, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "runs" VALUES(1,1,1795232989257,'{"who":"you"}',NULL,'{"number":1,"phase":"FAILED","message":"task F is FAILED: 1 of 2 items are FAILED","startedAt":"2026-11-21T03:49:49.266Z","finishedAt":"2026-11-21T03:49:49.285Z","tasks":[]}');
INSERT INTO "runs" VALUES(2,1,1795232989292,NULL,NULL,'{"number":1,"phase":"HELD","tasks":[]}');
INSERT INTO "runs" VALUES(3,1,1795232989304,'{}',NULL,'{"number":1,"phase":"RUNNING","startedAt":"2026-11-21T03:49:49.306Z","tasks":[]}');
CREATE TABLE store (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL -- moves with every visible change of any workflow
) STRICT;
INSERT INTO "store" VALUES(1,10);
CREATE TABLE tasks (
    workflow INTEGER NOT NULL,
    run      INTEGER NOT NULL,
    task     INTEGER NOT NULL,
    status   TEXT NOT NULL, -- JSON, without the items
    PRIMARY KEY (workflow, run, task)
) STRICT, WITHOUT ROWID;
INSERT INTO "tasks" VALUES(1,1,0,'{"name":"A","phase":"SUCCEEDED","exitCode":0,"startedAt":"2026-11-21T03:49:49.266Z","finishedAt":"2026-11-21T03:49:49.272Z","outputs":{"result":"hello you"},"attempts":[{"number":1,"phase":"SUCCEEDED","exitCode":0,"startedAt":"2026-11-21T03:49:49.266Z","finishedAt":"2026-11-21T03:49:49.272Z"}]}');
INSERT INTO "tasks" VALUES(1,1,1,'{"name":"F","phase":"FAILED","message":"1 of 2 items are FAILED","reason":"ITEMS","startedAt":"2026-11-21T03:49:49.272Z","finishedAt":"2026-11-21T03:49:49.284Z","outputs":{"result":"[\"\",\"\"]"}}');
INSERT INTO "tasks" VALUES(1,1,2,'{"name":"B","phase":"SUCCEEDED","exitCode":0,"startedAt":"2026-11-21T03:49:49.272Z","finishedAt":"2026-11-21T03:49:49.285Z","outputs":{"result":"hello you"},"attempts":[{"number":1,"phase":"SUCCEEDED","exitCode":0,"startedAt":"2026-11-21T03:49:49.272Z","finishedAt":"2026-11-21T03:49:49.285Z"}]}');
INSERT INTO "tasks" VALUES(3,1,0,'{"name":"A","phase":"PENDING","startedAt":"2026-11-21T03:49:49.306Z","attempts":[{"number":1,"phase":"STOPPED","message":"the service that ran it was shut down","reason":"INTERRUPTED","startedAt":"2026-11-21T03:49:49.306Z","finishedAt":"2026-11-21T03:49:49.317Z"}]}');
CREATE TABLE trash (
    path TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
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
INSERT INTO "workflows" VALUES(1,'demo',X'01A1FC3980497370B50E63AA7B11C5C6',1795232989257,'ann','recorded',NULL,'{"team":"core"}','fingerprint','etag',0,NULL,1,'FAILED','task F is FAILED: 1 of 2 items are FAILED',0,'{"total":3,"pending":0,"running":0,"waiting":0,"succeeded":2,"failed":1,"error":0,"skipped":0,"omitted":0,"stopped":0}',1795232989266,1795232989285,32503680000000,6,0,0);
INSERT INTO "workflows" VALUES(2,'demo',X'01A1FC39806C764E91D57547A793B4D6',1795232989292,NULL,'script',NULL,'{}','fingerprint','etag',0,NULL,1,'HELD',NULL,0,'{"total":1,"pending":1,"running":0,"waiting":0,"succeeded":0,"failed":0,"error":0,"skipped":0,"omitted":0,"stopped":0}',NULL,NULL,NULL,7,0,0);
INSERT INTO "workflows" VALUES(3,'demo',X'01A1FC39807877C1A9189A9DB7F56B44',1795232989304,NULL,'script',NULL,'{}','fingerprint','etag',0,NULL,1,'RUNNING',NULL,0,'{"total":1,"pending":1,"running":0,"waiting":0,"succeeded":0,"failed":0,"error":0,"skipped":0,"omitted":0,"stopped":0}',1795232989306,NULL,NULL,10,0,0);
CREATE UNIQUE INDEX workflows_by_id ON workflows (scope, id);
CREATE INDEX workflows_by_age ON workflows (scope, created_ms, id);
CREATE INDEX workflows_by_phase ON workflows (scope, phase, created_ms, id);
CREATE INDEX workflows_by_name ON workflows (scope, name, phase, created_ms, id);
CREATE INDEX workflows_active ON workflows (key)
    WHERE phase IN ('PENDING', 'RUNNING', 'SUSPENDED');
CREATE INDEX workflows_attention ON workflows (key) WHERE attention = 1;
CREATE INDEX workflows_expiry ON workflows (expires_ms) WHERE expires_ms IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('workflows',3);
COMMIT;
PRAGMA user_version = 1;

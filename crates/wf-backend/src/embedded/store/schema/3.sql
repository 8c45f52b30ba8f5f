-- Every change may have a key by which its repetition is known, as long as the workflow exists.

CREATE TABLE request_keys (
    workflow INTEGER NOT NULL,
    key      TEXT NOT NULL,    -- a hash of the caller's key
    request  TEXT,             -- a hash of what was asked; of older stores it is not known
    at_ms    INTEGER NOT NULL,
    PRIMARY KEY (workflow, key)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO request_keys (workflow, key, request, at_ms)
    SELECT workflow, asked_key, NULL, created_ms FROM runs WHERE asked_key IS NOT NULL;
INSERT OR IGNORE INTO request_keys (workflow, key, request, at_ms)
    SELECT key, restart ->> 'key', NULL, created_ms FROM workflows WHERE restart ->> 'key' IS NOT NULL;
ALTER TABLE runs DROP COLUMN asked_key;

-- An entry of the audit tells in which of several ways something was asked for.
ALTER TABLE audit ADD COLUMN mode TEXT;

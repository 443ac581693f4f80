-- The library: one SQLite file that holds the truth. Lists and values of stages are JSON; pages are JSON, deflated.

CREATE TABLE IF NOT EXISTS source (
    name        TEXT PRIMARY KEY,
    folder      TEXT NOT NULL                  -- where its PDFs were read from
);

CREATE TABLE IF NOT EXISTS document (
    key         TEXT PRIMARY KEY,              -- source/name
    id          TEXT NOT NULL,                 -- SHA-256 of the bytes; empty when the file could not be read
    source      TEXT NOT NULL REFERENCES source (name) ON DELETE CASCADE,
    path        TEXT NOT NULL,
    size        INTEGER NOT NULL,
    modified    INTEGER NOT NULL,              -- nanoseconds; with size, saves hashing unchanged files again
    same_as     TEXT                           -- key of the document with the same bytes that stands for this one
);

CREATE TABLE IF NOT EXISTS mark (              -- how far each document is, and what went wrong
    key         TEXT NOT NULL REFERENCES document (key) ON DELETE CASCADE,
    stage       TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    error       TEXT,                          -- the reason, when the stage failed
    finished    TEXT NOT NULL,
    PRIMARY KEY (key, stage)
);

CREATE TABLE IF NOT EXISTS result (            -- what each stage made of each document
    key         TEXT NOT NULL REFERENCES document (key) ON DELETE CASCADE,
    stage       TEXT NOT NULL,
    value       BLOB NOT NULL,                 -- JSON, deflated
    PRIMARY KEY (key, stage)
);

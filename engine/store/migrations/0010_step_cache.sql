-- What a step was made of and all that it found, so that an identical one need not run again. A step that was restored
-- has succeeded too; cached_from says what it was taken from.
ALTER TABLE pipeline_step ADD COLUMN fingerprint TEXT;      -- sha-256 over parts; NULL: not known
ALTER TABLE pipeline_step ADD COLUMN parts TEXT;            -- JSON: {name: value}, what the result depends on
ALTER TABLE pipeline_step ADD COLUMN result TEXT;           -- JSON: params, metrics, tags, inputs; NULL: not restorable
ALTER TABLE pipeline_step ADD COLUMN points_digest TEXT;    -- the curves, as an object; NULL: none
ALTER TABLE pipeline_step ADD COLUMN cached_from TEXT;      -- JSON: {pipelineRun, runId, at}
CREATE INDEX pipeline_step_by_fingerprint ON pipeline_step (fingerprint) WHERE result IS NOT NULL;

-- Digests of files in the workspace that commands depend on, as of the stamp (size, times, inode).
CREATE TABLE file_digest (
  path   TEXT PRIMARY KEY,
  stamp  TEXT NOT NULL,
  digest TEXT NOT NULL
) WITHOUT ROWID;

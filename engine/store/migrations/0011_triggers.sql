-- How each trigger of modelyard.yaml stands.
CREATE TABLE trigger_state (
  id           INTEGER PRIMARY KEY,
  pipeline     TEXT NOT NULL,
  kind         TEXT NOT NULL,
  definition   TEXT NOT NULL,                        -- what it watches; another begins anew
  cursor       TEXT NOT NULL,                        -- JSON: up to where it has looked
  paused       INTEGER NOT NULL DEFAULT 0,
  fired        INTEGER NOT NULL DEFAULT 0,
  skipped      INTEGER NOT NULL DEFAULT 0,
  skip_at      INTEGER,                              -- ms since 1970
  skip_reason  TEXT,
  skip_message TEXT,
  UNIQUE (pipeline, kind)
);
-- What has started a pipeline, or is about to: in one commit with the cursor, and started in one with the run.
CREATE TABLE trigger_firing (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  pipeline        TEXT NOT NULL,
  kind            TEXT NOT NULL,
  cause           TEXT NOT NULL,                     -- the same cause does not fire twice
  says            TEXT NOT NULL,
  chain           TEXT NOT NULL,                     -- JSON: the pipelines that led to it, and itself
  at              INTEGER NOT NULL,                  -- ms since 1970
  state           TEXT NOT NULL CHECK (state IN ('waiting', 'started', 'dropped')),
  pipeline_run_id INTEGER REFERENCES pipeline_run(id) ON DELETE SET NULL
);
CREATE INDEX trigger_firing_by_cause ON trigger_firing (pipeline, kind, cause);
CREATE INDEX trigger_firing_waiting ON trigger_firing (id) WHERE state = 'waiting';
CREATE INDEX trigger_firing_by_run ON trigger_firing (pipeline_run_id) WHERE pipeline_run_id IS NOT NULL;

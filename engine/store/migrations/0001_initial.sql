-- Everything a workspace knows. Times are ms since 1970 (UTC) unless a comment says otherwise; booleans are 0 or 1;
-- digests are sha-256 as 64 lower-case hex digits and name files in .modelyard/objects.

CREATE TABLE workspace (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- data ---------------------------------------------------------------------------------------------------------------
CREATE TABLE dataset (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);
CREATE TABLE dataset_version (
  id         INTEGER PRIMARY KEY,
  dataset_id INTEGER NOT NULL REFERENCES dataset(id),
  digest     TEXT NOT NULL,
  path       TEXT NOT NULL,            -- relative to the workspace
  format     TEXT NOT NULL,
  bytes      INTEGER NOT NULL,
  row_count  INTEGER NOT NULL,
  schema     TEXT NOT NULL,            -- JSON: [{name, type}]
  profile    TEXT NOT NULL,            -- JSON: DatasetProfile
  checks     TEXT NOT NULL,            -- JSON: CheckResult[], of the last validation
  created_at INTEGER NOT NULL,
  checked_at INTEGER NOT NULL,         -- the newest of a dataset is its current version
  UNIQUE (dataset_id, digest)
);

-- tracking -----------------------------------------------------------------------------------------------------------
CREATE TABLE experiment (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT NOT NULL UNIQUE,
  lifecycle  TEXT NOT NULL DEFAULT 'active' CHECK (lifecycle IN ('active', 'deleted')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE TABLE experiment_tag (
  experiment_id INTEGER NOT NULL REFERENCES experiment(id) ON DELETE CASCADE,
  key           TEXT NOT NULL,
  value         TEXT NOT NULL,
  PRIMARY KEY (experiment_id, key)
) WITHOUT ROWID;

CREATE TABLE run (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,   -- the number people see: r-42
  uuid          TEXT NOT NULL UNIQUE,
  experiment_id INTEGER NOT NULL REFERENCES experiment(id),
  name          TEXT NOT NULL,
  status        TEXT NOT NULL CHECK (status IN ('RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED')),
  user          TEXT NOT NULL,
  started_at    INTEGER NOT NULL,
  ended_at      INTEGER,
  heartbeat_at  INTEGER,                             -- NULL: nobody promised one (an MLflow client's run)
  lifecycle     TEXT NOT NULL DEFAULT 'active' CHECK (lifecycle IN ('active', 'deleted')),
  deleted_at    INTEGER
);
CREATE INDEX run_by_experiment ON run (experiment_id, lifecycle, started_at);
CREATE INDEX run_alive ON run (heartbeat_at) WHERE status = 'RUNNING' AND heartbeat_at IS NOT NULL;

CREATE TABLE param (
  run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  key    TEXT NOT NULL,
  value  TEXT NOT NULL,
  PRIMARY KEY (run_id, key)
) WITHOUT ROWID;
CREATE INDEX param_by_key ON param (key, value);

CREATE TABLE tag (
  run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  key    TEXT NOT NULL,
  value  TEXT NOT NULL,
  PRIMARY KEY (run_id, key)
) WITHOUT ROWID;
CREATE INDEX tag_by_key ON tag (key, value);

CREATE TABLE metric_key (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);
CREATE TABLE series (
  id     INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  key_id INTEGER NOT NULL REFERENCES metric_key(id),
  points INTEGER NOT NULL DEFAULT 0,                 -- also the next seq
  UNIQUE (run_id, key_id)
);
CREATE TABLE point (
  series_id INTEGER NOT NULL,
  step      INTEGER NOT NULL,
  seq       INTEGER NOT NULL,                        -- order of arrival in the series: a step may repeat
  time      INTEGER NOT NULL,                        -- ms since the run's start
  value     REAL,                                    -- NULL: NaN
  PRIMARY KEY (series_id, step, seq)
) WITHOUT ROWID;
-- 1,024 points of a series, by seq: what a chart of a long series is read from.
CREATE TABLE rollup (
  series_id  INTEGER NOT NULL,
  bucket     INTEGER NOT NULL,                       -- seq / 1024
  n          INTEGER NOT NULL,
  nans       INTEGER NOT NULL,
  min        REAL, max REAL, sum REAL,
  last       REAL,
  first_step INTEGER NOT NULL, last_step INTEGER NOT NULL,
  last_time  INTEGER NOT NULL,
  PRIMARY KEY (series_id, bucket)
) WITHOUT ROWID;
CREATE TABLE latest_metric (
  run_id        INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  key_id        INTEGER NOT NULL REFERENCES metric_key(id),
  experiment_id INTEGER NOT NULL,
  step          INTEGER NOT NULL,
  time          INTEGER NOT NULL,                    -- ms since the run's start
  value         REAL,                                -- NULL: NaN
  PRIMARY KEY (run_id, key_id)
) WITHOUT ROWID;
CREATE INDEX latest_by_value ON latest_metric (experiment_id, key_id, value);

CREATE TABLE run_input (
  run_id  INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  dataset TEXT NOT NULL,
  digest  TEXT NOT NULL,
  context TEXT NOT NULL DEFAULT '',
  detail  TEXT NOT NULL DEFAULT '{}',                -- JSON: source, schema, profile as a client gave them
  PRIMARY KEY (run_id, dataset, digest, context)
) WITHOUT ROWID;

CREATE TABLE artifact (
  run_id     INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  path       TEXT NOT NULL,                          -- within the run, with '/'
  digest     TEXT NOT NULL,
  size       INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (run_id, path)
) WITHOUT ROWID;
CREATE INDEX artifact_by_digest ON artifact (digest);

-- pipelines ----------------------------------------------------------------------------------------------------------
CREATE TABLE pipeline_run (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid          TEXT NOT NULL UNIQUE,
  pipeline      TEXT NOT NULL,
  run_id        INTEGER NOT NULL REFERENCES run(id),
  status        TEXT NOT NULL CHECK (status IN ('running', 'succeeded', 'failed', 'cancelled')),
  config_digest TEXT NOT NULL,
  started_at    INTEGER NOT NULL,
  ended_at      INTEGER,
  error         TEXT                                 -- JSON: WireError
);
CREATE INDEX pipeline_run_by_name ON pipeline_run (pipeline, id);
CREATE TABLE pipeline_step (
  pipeline_run_id INTEGER NOT NULL REFERENCES pipeline_run(id) ON DELETE CASCADE,
  ordinal         INTEGER NOT NULL,
  name            TEXT NOT NULL,
  uses            TEXT NOT NULL,
  needs           TEXT NOT NULL,                     -- JSON: string[]
  status          TEXT NOT NULL CHECK (status IN ('waiting', 'running', 'succeeded', 'failed', 'skipped', 'cancelled')),
  run_id          INTEGER REFERENCES run(id),
  started_at      INTEGER,
  ended_at        INTEGER,
  message         TEXT,
  error           TEXT,                              -- JSON: WireError
  outputs         TEXT NOT NULL DEFAULT '[]',        -- JSON: [{kind, path, digest}]
  log_digest      TEXT,
  log_size        INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (pipeline_run_id, name)
) WITHOUT ROWID;

-- registry and gates -------------------------------------------------------------------------------------------------
CREATE TABLE registered_model (
  id           INTEGER PRIMARY KEY,
  name         TEXT NOT NULL UNIQUE,
  description  TEXT NOT NULL DEFAULT '',
  created_at   INTEGER NOT NULL,
  next_version INTEGER NOT NULL DEFAULT 1            -- a number is never used twice
);
CREATE TABLE model_version (
  model_id      INTEGER NOT NULL REFERENCES registered_model(id),
  version       INTEGER NOT NULL,
  run_id        INTEGER NOT NULL REFERENCES run(id),
  artifact_path TEXT NOT NULL,
  stage         TEXT NOT NULL,
  description   TEXT NOT NULL DEFAULT '',
  created_at    INTEGER NOT NULL,
  created_by    TEXT NOT NULL,
  metrics       TEXT NOT NULL,                       -- JSON: {name: number}
  lineage       TEXT NOT NULL,                       -- JSON: Lineage
  PRIMARY KEY (model_id, version)
) WITHOUT ROWID;
CREATE TABLE model_version_tag (
  model_id INTEGER NOT NULL,
  version  INTEGER NOT NULL,
  key      TEXT NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (model_id, version, key),
  FOREIGN KEY (model_id, version) REFERENCES model_version(model_id, version)
) WITHOUT ROWID;
CREATE TABLE stage_move (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id   INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  from_stage TEXT,
  to_stage   TEXT NOT NULL,
  at         INTEGER NOT NULL,
  moved_by   TEXT NOT NULL,
  reason     TEXT NOT NULL,
  gates      TEXT,                                   -- JSON: GateReport
  FOREIGN KEY (model_id, version) REFERENCES model_version(model_id, version)
);
CREATE TABLE gate_report (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id  INTEGER NOT NULL REFERENCES registered_model(id),
  version   INTEGER NOT NULL,
  stage     TEXT NOT NULL,
  verdict   TEXT NOT NULL,
  judged_at INTEGER NOT NULL,
  report    TEXT NOT NULL                            -- JSON: GateReport
);
CREATE INDEX gate_report_by_version ON gate_report (model_id, version, stage, id);

-- Logged models: what MLflow's clients make of each model they save, apart from the run that made it.
CREATE TABLE logged_model (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid          TEXT NOT NULL UNIQUE,                -- m- and 32 hex digits
  experiment_id INTEGER NOT NULL REFERENCES experiment(id),
  name          TEXT NOT NULL,
  model_type    TEXT NOT NULL,                       -- '': not said
  source_run    TEXT NOT NULL,                       -- the uuid of a run as a client gave it; '': none
  status        TEXT NOT NULL,                       -- LOGGED_MODEL_PENDING, …
  lifecycle     TEXT NOT NULL DEFAULT 'active' CHECK (lifecycle IN ('active', 'deleted')),
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL
);
CREATE INDEX logged_model_by_experiment ON logged_model (experiment_id, lifecycle, created_at);
CREATE INDEX logged_model_by_source ON logged_model (source_run);

CREATE TABLE logged_model_param (
  model_id INTEGER NOT NULL REFERENCES logged_model(id) ON DELETE CASCADE,
  key      TEXT NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (model_id, key)
) WITHOUT ROWID;
CREATE INDEX logged_model_param_by_key ON logged_model_param (key, value);

CREATE TABLE logged_model_tag (
  model_id INTEGER NOT NULL REFERENCES logged_model(id) ON DELETE CASCADE,
  key      TEXT NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (model_id, key)
) WITHOUT ROWID;
CREATE INDEX logged_model_tag_by_key ON logged_model_tag (key, value);

-- The metrics of runs that were measured with a model.
CREATE TABLE logged_model_metric (
  model_id INTEGER NOT NULL REFERENCES logged_model(id) ON DELETE CASCADE,
  key_id   INTEGER NOT NULL REFERENCES metric_key(id),
  time     INTEGER NOT NULL,
  step     INTEGER NOT NULL,
  run_id   INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  value    REAL,                                     -- NULL: NaN
  dataset  TEXT NOT NULL DEFAULT '',
  digest   TEXT NOT NULL DEFAULT '',                 -- of the dataset
  PRIMARY KEY (model_id, key_id, time, step, run_id)
) WITHOUT ROWID;
CREATE INDEX logged_model_metric_by_value ON logged_model_metric (key_id, value);
CREATE INDEX logged_model_metric_by_dataset ON logged_model_metric (dataset, digest);

CREATE TABLE logged_model_artifact (
  owner_id   INTEGER NOT NULL REFERENCES logged_model(id) ON DELETE CASCADE,
  path       TEXT NOT NULL,                          -- within the model, with '/'
  digest     TEXT NOT NULL,
  size       INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (owner_id, path)
) WITHOUT ROWID;
CREATE INDEX logged_model_artifact_by_digest ON logged_model_artifact (digest);

-- Models by their uuid, which need not be here: a run may use what was logged elsewhere.
CREATE TABLE run_model_output (
  run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  model  TEXT NOT NULL,
  step   INTEGER NOT NULL,
  PRIMARY KEY (run_id, model)
) WITHOUT ROWID;
CREATE TABLE run_model_input (
  run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  model  TEXT NOT NULL,
  PRIMARY KEY (run_id, model)
) WITHOUT ROWID;

-- Traces: calls of a program that MLflow's clients record, as a tree of spans.
CREATE TABLE trace (
  id                INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid              TEXT NOT NULL UNIQUE,            -- tr- and 32 hex digits
  experiment_id     INTEGER NOT NULL REFERENCES experiment(id),
  requested_at      INTEGER NOT NULL,
  duration          INTEGER,                         -- ms; NULL: still going on
  state             TEXT NOT NULL,                   -- OK, ERROR, IN_PROGRESS, STATE_UNSPECIFIED
  client_request_id TEXT,
  request_preview   TEXT,
  response_preview  TEXT
);
CREATE INDEX trace_by_experiment ON trace (experiment_id, requested_at);
CREATE TABLE trace_tag (
  trace_id INTEGER NOT NULL REFERENCES trace(id) ON DELETE CASCADE,
  key      TEXT NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (trace_id, key)
) WITHOUT ROWID;
CREATE INDEX trace_tag_by_key ON trace_tag (key, value);
CREATE TABLE trace_metadata (
  trace_id INTEGER NOT NULL REFERENCES trace(id) ON DELETE CASCADE,
  key      TEXT NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (trace_id, key)
) WITHOUT ROWID;
CREATE INDEX trace_metadata_by_key ON trace_metadata (key, value);
CREATE TABLE span (
  trace_id   INTEGER NOT NULL REFERENCES trace(id) ON DELETE CASCADE,
  span_id    TEXT NOT NULL,                          -- hex
  parent_id  TEXT,                                   -- NULL: the root of its trace
  name       TEXT NOT NULL,
  started_at INTEGER NOT NULL,                       -- ns since 1970
  ended_at   INTEGER NOT NULL,                       -- ns since 1970
  content    BLOB NOT NULL,                          -- the span as OpenTelemetry's protocol buffers have it
  PRIMARY KEY (trace_id, span_id)
) WITHOUT ROWID;
CREATE TABLE trace_artifact (
  owner_id   INTEGER NOT NULL REFERENCES trace(id) ON DELETE CASCADE,
  path       TEXT NOT NULL,
  digest     TEXT NOT NULL,
  size       INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (owner_id, path)
) WITHOUT ROWID;
CREATE INDEX trace_artifact_by_digest ON trace_artifact (digest);

-- Files that clients put beside runs, models and traces; owner_id is always 0.
CREATE TABLE loose_artifact (
  owner_id   INTEGER NOT NULL,
  path       TEXT NOT NULL,
  digest     TEXT NOT NULL,
  size       INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (owner_id, path)
) WITHOUT ROWID;
CREATE INDEX loose_artifact_by_digest ON loose_artifact (digest);

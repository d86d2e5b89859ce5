-- One registry for the versions of pipelines and for those of MLflow's clients. What is deleted is hidden, not removed:
-- its versions and moves stay, and its name is free for another.

CREATE TABLE new_registered_model (
  id           INTEGER PRIMARY KEY,
  name         TEXT NOT NULL,
  description  TEXT NOT NULL DEFAULT '',
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  next_version INTEGER NOT NULL DEFAULT 1,           -- a number is never used twice
  deleted_at   INTEGER
);
INSERT INTO new_registered_model (id, name, description, created_at, updated_at, next_version)
  SELECT id, name, description, created_at, created_at, next_version FROM registered_model;
DROP TABLE registered_model;
ALTER TABLE new_registered_model RENAME TO registered_model;
CREATE UNIQUE INDEX registered_model_by_name ON registered_model (name) WHERE deleted_at IS NULL;

CREATE TABLE registered_model_tag (
  model_id INTEGER NOT NULL REFERENCES registered_model(id),
  key      TEXT NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (model_id, key)
) WITHOUT ROWID;

CREATE TABLE new_model_version (
  model_id      INTEGER NOT NULL REFERENCES registered_model(id),
  version       INTEGER NOT NULL,
  run_id        INTEGER REFERENCES run(id),          -- NULL: it came from no run of this workspace
  foreign_run   TEXT NOT NULL DEFAULT '',            -- the id that a client gave, when no run here has it
  artifact_path TEXT NOT NULL DEFAULT '',            -- folder among the run's artifacts, of a pipeline's version
  source        TEXT NOT NULL,                       -- URI: where the model was said to be
  storage       TEXT NOT NULL,                       -- URI: where its files are
  logged_model  TEXT NOT NULL DEFAULT '',
  run_link      TEXT NOT NULL DEFAULT '',
  status        TEXT NOT NULL DEFAULT 'READY' CHECK (status IN ('PENDING_REGISTRATION', 'FAILED_REGISTRATION', 'READY')),
  stage         TEXT NOT NULL,
  description   TEXT NOT NULL DEFAULT '',
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  created_by    TEXT NOT NULL,
  metrics       TEXT NOT NULL,                       -- JSON: {name: number}
  lineage       TEXT NOT NULL,                       -- JSON: Lineage
  deleted_at    INTEGER,
  PRIMARY KEY (model_id, version)
) WITHOUT ROWID;
INSERT INTO new_model_version (model_id, version, run_id, artifact_path, source, storage, stage, description, created_at,
                               updated_at, created_by, metrics, lineage)
  SELECT mv.model_id, mv.version, mv.run_id, mv.artifact_path,
         'mlflow-artifacts:/' || run.experiment_id || '/' || run.uuid || '/artifacts/' || mv.artifact_path,
         'mlflow-artifacts:/' || run.experiment_id || '/' || run.uuid || '/artifacts/' || mv.artifact_path,
         mv.stage, mv.description, mv.created_at,
         coalesce((SELECT max(at) FROM stage_move m WHERE m.model_id = mv.model_id AND m.version = mv.version), mv.created_at),
         mv.created_by, mv.metrics, mv.lineage
  FROM model_version mv JOIN run ON run.id = mv.run_id;
DROP TABLE model_version;
ALTER TABLE new_model_version RENAME TO model_version;
CREATE INDEX model_version_by_run ON model_version (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX model_version_tag_by_key ON model_version_tag (key, value);
CREATE INDEX stage_move_by_version ON stage_move (model_id, version);

CREATE TABLE registered_model_alias (
  model_id INTEGER NOT NULL,
  alias    TEXT NOT NULL,
  version  INTEGER NOT NULL,
  PRIMARY KEY (model_id, alias),
  FOREIGN KEY (model_id, version) REFERENCES model_version(model_id, version)
) WITHOUT ROWID;

-- webhooks: their secrets are in a file of their own ------------------------------------------------------------------
CREATE TABLE webhook (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid        TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  url         TEXT NOT NULL,
  status      TEXT NOT NULL CHECK (status IN ('ACTIVE', 'DISABLED')),
  is_signed   INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
);
CREATE TABLE webhook_event (
  webhook_id INTEGER NOT NULL REFERENCES webhook(id) ON DELETE CASCADE,
  entity     TEXT NOT NULL,
  action     TEXT NOT NULL,
  PRIMARY KEY (webhook_id, entity, action)
) WITHOUT ROWID;
CREATE INDEX webhook_by_event ON webhook_event (entity, action);

-- Feature views: every definition there has been, what was computed of each, and what is watched.
CREATE TABLE feature_view_version (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  view       TEXT NOT NULL,
  version    INTEGER NOT NULL,                                -- from 1
  hash       TEXT NOT NULL,                                   -- sha-256 of what decides values
  definition TEXT NOT NULL,                                   -- JSON: FeatureViewDefinition
  created_at INTEGER NOT NULL,                                -- ms since 1970
  UNIQUE (view, version),
  UNIQUE (view, hash)
);
-- What was found when the source was last read.
CREATE TABLE feature_source_state (
  view_version_id INTEGER PRIMARY KEY REFERENCES feature_view_version(id),
  read_at         INTEGER NOT NULL,
  row_count       INTEGER NOT NULL,
  entity_count    INTEGER,
  newest_event    REAL                                        -- ms since 1970, with a fraction
);
-- Values brought into the online store; `complete` ones say how far it goes.
CREATE TABLE feature_materialisation (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  view_version_id INTEGER NOT NULL REFERENCES feature_view_version(id),
  store           TEXT NOT NULL,                              -- which online store
  from_time       REAL,                                       -- ms since 1970: events after it …
  to_time         REAL NOT NULL,                              -- … and up to this one
  status          TEXT NOT NULL,
  row_count       INTEGER NOT NULL DEFAULT 0,
  written         INTEGER NOT NULL DEFAULT 0,
  started_at      INTEGER NOT NULL,
  ended_at        INTEGER,
  problem         TEXT
);
CREATE INDEX feature_materialisation_by_version ON feature_materialisation (view_version_id, id);
-- Which files were made of which features.
CREATE TABLE feature_training_set (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  digest          TEXT NOT NULL,                              -- sha-256 of the file
  path            TEXT NOT NULL,                              -- relative to the workspace
  dataset         TEXT,                                       -- the name it is recorded by
  service         TEXT,
  definition      TEXT NOT NULL,                              -- sha-256 over the definitions of all views
  feature_columns TEXT NOT NULL,                              -- JSON: which column is which feature
  views           TEXT NOT NULL,                              -- JSON: `loans@v2`
  entities        TEXT NOT NULL,                              -- the dataset or file whose rows asked
  entities_digest TEXT NOT NULL,
  event_time      TEXT,                                       -- the column with the time of each row
  mode            TEXT NOT NULL,                              -- known, tie-break
  row_count       INTEGER NOT NULL,
  created_at      INTEGER NOT NULL
);
CREATE INDEX feature_training_set_by_digest ON feature_training_set (digest);
CREATE TABLE feature_statistics (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  view_version_id INTEGER NOT NULL REFERENCES feature_view_version(id),
  feature         TEXT NOT NULL,
  subject         TEXT NOT NULL,                              -- source, served, training, baseline
  window_days     INTEGER NOT NULL DEFAULT 0,                 -- 0: all
  computed_at     INTEGER NOT NULL,
  report          TEXT NOT NULL,                              -- JSON: FeatureStatistics
  UNIQUE (view_version_id, feature, subject, window_days)
);
CREATE TABLE feature_alert (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  view_version_id INTEGER NOT NULL REFERENCES feature_view_version(id),
  feature         TEXT,
  kind            TEXT NOT NULL,                              -- age, nulls, drift, skew
  message         TEXT NOT NULL,
  value           REAL NOT NULL,
  bound           REAL NOT NULL,
  since           INTEGER NOT NULL,
  ended_at        INTEGER                                     -- NULL: it stands
);
CREATE INDEX feature_alert_standing ON feature_alert (view_version_id) WHERE ended_at IS NULL;

-- Values of features that wait to be asked for, and what was answered. Times are µs since 1970.
CREATE TABLE feature_online_row (
  view_version_id INTEGER NOT NULL REFERENCES feature_view_version(id),
  entity_key      TEXT NOT NULL,                              -- canonical
  event_time      INTEGER NOT NULL,
  created_time    INTEGER NOT NULL,
  row_values      TEXT NOT NULL,                              -- JSON: of the features that are kept, in their order
  PRIMARY KEY (view_version_id, entity_key)
) WITHOUT ROWID;
-- Rows that windows are computed from.
CREATE TABLE feature_online_event (
  view_version_id INTEGER NOT NULL REFERENCES feature_view_version(id),
  entity_key      TEXT NOT NULL,
  event_id        TEXT NOT NULL,                              -- rows with the same one are versions of one event
  event_time      INTEGER NOT NULL,
  created_time    INTEGER NOT NULL,
  row_values      TEXT NOT NULL,
  PRIMARY KEY (view_version_id, entity_key, event_id)
) WITHOUT ROWID;
-- Up to which time a store has everything of a version: moves only in the commit that completes a materialisation.
CREATE TABLE feature_online_mark (
  view_version_id INTEGER NOT NULL REFERENCES feature_view_version(id),
  store           TEXT NOT NULL,
  reached         INTEGER NOT NULL,
  PRIMARY KEY (view_version_id, store)
) WITHOUT ROWID;
-- How much of a view's file of pushed rows holds: what stands behind it was never acknowledged.
CREATE TABLE feature_push_log (
  view         TEXT PRIMARY KEY,
  file         TEXT NOT NULL,                                 -- in the folder of pushed rows
  bytes        INTEGER NOT NULL,
  row_count    INTEGER NOT NULL,
  newest_event INTEGER NOT NULL
) WITHOUT ROWID;
-- A sample of what was answered; the oldest go first.
CREATE TABLE feature_request_log (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  view_version_id INTEGER NOT NULL REFERENCES feature_view_version(id),
  entity_key      TEXT NOT NULL,
  asked_at        INTEGER NOT NULL,
  row_values      TEXT NOT NULL                               -- JSON: by feature
);
CREATE INDEX feature_request_log_by_version ON feature_request_log (view_version_id, id);

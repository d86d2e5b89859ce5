-- What was pushed, by the ids that clients gave: a push that is repeated is taken once.
CREATE TABLE feature_push (
  view      TEXT NOT NULL,
  push_id   TEXT NOT NULL,
  digest    TEXT NOT NULL,                                    -- sha-256 of the rows and of what gets them
  accepted  INTEGER NOT NULL,
  stale     INTEGER NOT NULL,
  pushed_at INTEGER NOT NULL,                                 -- ms since 1970
  PRIMARY KEY (view, push_id)
) WITHOUT ROWID;
CREATE INDEX feature_push_by_time ON feature_push (pushed_at);
-- Of rows with the same times the one that was pushed last counts. 0: of a source; else by where it stands among pushed ones.
ALTER TABLE feature_online_row ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feature_online_event ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
-- How many of the rows that were pushed for training a store has.
ALTER TABLE feature_online_mark ADD COLUMN pushed_rows INTEGER NOT NULL DEFAULT 0;
-- Events have other ids from now on: they are brought again.
DELETE FROM feature_online_event;
DELETE FROM feature_online_mark WHERE store = 'local';

-- The life of a version beyond its stages: who moved an alias and why, what reviewers have said, who its author is.
ALTER TABLE model_version ADD COLUMN created_email TEXT;      -- user.email of git when it was registered; NULL: not known
ALTER TABLE stage_move ADD COLUMN is_rollback INTEGER NOT NULL DEFAULT 0; -- who held the stage before was put back

CREATE TABLE alias_move (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id     INTEGER NOT NULL REFERENCES registered_model(id),
  alias        TEXT NOT NULL,
  from_version INTEGER,                                       -- NULL: nobody had it
  to_version   INTEGER,                                       -- NULL: it was deleted
  at           INTEGER NOT NULL,
  moved_by     TEXT NOT NULL,
  reason       TEXT NOT NULL
);
CREATE INDEX alias_move_by_model ON alias_move (model_id, id);

CREATE TABLE approval (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id         INTEGER NOT NULL,
  version          INTEGER NOT NULL,
  stage            TEXT NOT NULL,
  decision         TEXT NOT NULL CHECK (decision IN ('approved', 'rejected')),
  by_person        TEXT NOT NULL,                             -- JSON: Person
  at               INTEGER NOT NULL,
  comment          TEXT NOT NULL,
  subject          TEXT NOT NULL,                             -- sha-256 over what was decided on
  gates            TEXT NOT NULL,                             -- JSON: GateReport, as it was then
  withdrawn_at     INTEGER,
  withdrawn_by     TEXT,                                      -- JSON: Person
  withdrawn_reason TEXT,
  FOREIGN KEY (model_id, version) REFERENCES model_version(model_id, version)
);
CREATE INDEX approval_by_version ON approval (model_id, version, stage, id);

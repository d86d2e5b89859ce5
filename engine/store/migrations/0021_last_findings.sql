-- How the files of registered versions stood to their signatures when they were read last, so that it is known without reading them.
CREATE TABLE model_signature_check (
  model_id    INTEGER NOT NULL,
  version     INTEGER NOT NULL,
  checked_at  INTEGER NOT NULL,                               -- ms since 1970
  found       TEXT NOT NULL,                                  -- JSON: state, sentence, file, key, who signed when
  PRIMARY KEY (model_id, version),
  FOREIGN KEY (model_id, version) REFERENCES model_version(model_id, version)
) WITHOUT ROWID;
-- What an audit of the workspace has found last, by its part: it is shown, with its age, until there is a newer one.
CREATE TABLE audit_result (
  part        TEXT PRIMARY KEY,                               -- secrets, dependencies, licences
  judged_at   INTEGER NOT NULL,                               -- ms since 1970
  report      TEXT NOT NULL                                   -- JSON: AuditReport, of this part alone
) WITHOUT ROWID;

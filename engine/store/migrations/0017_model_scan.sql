-- What scans of the files of registered versions have found, each kept as it was; the newest counts.
CREATE TABLE model_scan (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id    INTEGER NOT NULL,
  version     INTEGER NOT NULL,
  scanned_at  INTEGER NOT NULL,                               -- ms since 1970
  verdict     TEXT NOT NULL CHECK (verdict IN ('pass', 'review', 'block')),
  content     TEXT NOT NULL,                                  -- sha-256 over the files that were scanned; '': they are elsewhere
  judged_by   TEXT NOT NULL,                                  -- sha-256 over the rules and what modelyard.yaml allows
  blocks      INTEGER NOT NULL,
  reviews     INTEGER NOT NULL,
  report      TEXT NOT NULL,                                  -- JSON: ScanReport
  FOREIGN KEY (model_id, version) REFERENCES model_version(model_id, version)
);
CREATE INDEX model_scan_by_version ON model_scan (model_id, version, id);

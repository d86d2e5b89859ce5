-- Runs that came from elsewhere, and how they were when they came: that tells what has changed since, on which side.
CREATE TABLE imported_run (
  run_id      INTEGER PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
  digest      TEXT NOT NULL,     -- of the content as the source had it
  source      TEXT NOT NULL,     -- the kind: mlruns, bundle ...
  imported_at INTEGER NOT NULL,
  finished    INTEGER NOT NULL   -- 0: its points are still being written; it is no run yet and removed at the next start
);
CREATE INDEX imported_unfinished ON imported_run (run_id) WHERE finished = 0;

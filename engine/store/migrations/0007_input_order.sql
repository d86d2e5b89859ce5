-- Of the datasets of a run: the order in which they were logged.
ALTER TABLE run_input ADD COLUMN position INTEGER NOT NULL DEFAULT 0;

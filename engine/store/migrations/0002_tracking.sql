-- Where a client keeps the files of an experiment; NULL: with this workspace.
ALTER TABLE experiment ADD COLUMN artifact_location TEXT;
-- NULL: mlflow-artifacts:/EXPERIMENT/RUN/artifacts
ALTER TABLE run ADD COLUMN artifact_uri TEXT;

-- 1: the points came in the order of step, time and value, so that the seq of a point is its place among them.
ALTER TABLE series ADD COLUMN sorted INTEGER NOT NULL DEFAULT 0;

CREATE INDEX run_input_by_dataset ON run_input (dataset, digest);

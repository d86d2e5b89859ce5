-- Of a pipeline with partitions: the one that a run was for, and what the pipeline was then.
ALTER TABLE pipeline_run ADD COLUMN partition TEXT;                   -- its key; NULL: the pipeline has none
ALTER TABLE pipeline_run ADD COLUMN definition TEXT;                  -- sha-256 over the pipeline as it was defined, and its code
ALTER TABLE pipeline_run ADD COLUMN is_part INTEGER NOT NULL DEFAULT 0; -- only some of its steps ran
CREATE INDEX pipeline_run_by_partition ON pipeline_run (pipeline, partition, id) WHERE partition IS NOT NULL;

-- What a trigger saw when it started a run: `data:applications@…`, `run:12`, `version:credit-risk@3`, `file:incoming/a.csv`.
CREATE TABLE trigger_watched (
  firing_id INTEGER NOT NULL REFERENCES trigger_firing(id) ON DELETE CASCADE,
  thing     TEXT NOT NULL,
  PRIMARY KEY (firing_id, thing)
) WITHOUT ROWID;
CREATE INDEX trigger_watched_by_thing ON trigger_watched (thing);
-- Which runs have taken a step over from an earlier one.
CREATE INDEX pipeline_step_by_origin ON pipeline_step (cached_from ->> 'runId') WHERE cached_from IS NOT NULL;
-- Which run of tracking is that of a pipeline.
CREATE INDEX pipeline_run_by_run ON pipeline_run (run_id);
-- Versions that came from a model that a client logged.
CREATE INDEX model_version_by_logged ON model_version (logged_model) WHERE logged_model <> '';

-- tuning -------------------------------------------------------------------------------------------------------------
CREATE TABLE study (
  id            INTEGER PRIMARY KEY,
  uuid          TEXT NOT NULL UNIQUE,
  pipeline      TEXT NOT NULL,
  step          TEXT NOT NULL,
  status        TEXT NOT NULL CHECK (status IN ('running', 'interrupted', 'stopped', 'finished', 'failed')),
  fingerprint   TEXT NOT NULL,                       -- sha-256 of the data, preparation and options that trials share
  detail        TEXT NOT NULL,                       -- JSON: objectives, parameters, sampler, ...
  trials_wanted INTEGER NOT NULL,
  ms_wanted     INTEGER,                             -- NULL: no limit
  ms_used       INTEGER NOT NULL DEFAULT 0,
  is_next       INTEGER NOT NULL DEFAULT 0,          -- somebody asked that its step goes on with it
  started_at    INTEGER NOT NULL,
  message       TEXT
);
CREATE INDEX study_by_step ON study (pipeline, step, id);

CREATE TABLE trial (
  study_id   INTEGER NOT NULL REFERENCES study(id) ON DELETE CASCADE,
  number     INTEGER NOT NULL,                       -- from 0
  state      TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'complete', 'pruned', 'failed', 'cancelled')),
  source     TEXT NOT NULL CHECK (source IN ('sampled', 'enqueued', 'earlier')),
  params     TEXT NOT NULL,                          -- JSON: {name: value}
  trial_values TEXT NOT NULL DEFAULT '[]',           -- JSON: one for each objective
  reports    TEXT NOT NULL DEFAULT '[]',             -- JSON: [step, value][]
  violations TEXT NOT NULL DEFAULT '[]',             -- JSON: one for each constraint
  generation INTEGER,                                -- of CMA-ES
  run_id     INTEGER REFERENCES run(id) ON DELETE SET NULL,
  message    TEXT,
  started_at INTEGER,
  ended_at   INTEGER,
  PRIMARY KEY (study_id, number)
) WITHOUT ROWID;
CREATE INDEX trial_by_run ON trial (run_id);

-- What versions did when they were served: smoke test, load, rollback.
CREATE TABLE serving_test (
  id        INTEGER PRIMARY KEY,
  model_id  INTEGER NOT NULL REFERENCES registered_model(id),
  version   INTEGER NOT NULL,
  tested_at INTEGER NOT NULL,                        -- ms since 1970
  report    TEXT NOT NULL                            -- JSON: ServingTest
);
CREATE INDEX serving_test_by_version ON serving_test (model_id, version);

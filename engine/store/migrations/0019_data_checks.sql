-- What the integrity checks of `checks:` said of a version of a dataset, as `expect:` has `checks`.
ALTER TABLE dataset_version ADD COLUMN integrity TEXT;      -- JSON: DataCheckReport; NULL: none were judged

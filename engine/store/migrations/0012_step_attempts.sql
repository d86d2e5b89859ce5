-- Which attempt at a step it is, or was, where `retry` had it tried again; NULL: the first.
ALTER TABLE pipeline_step ADD COLUMN attempt INTEGER;

-- Which content of its source a store has everything of, where rows do not say when they became known; NULL: nobody knows.
ALTER TABLE feature_online_mark ADD COLUMN source_stamp TEXT;

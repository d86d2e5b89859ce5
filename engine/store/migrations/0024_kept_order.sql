-- Values of features are kept in the order of the names of features, and no longer in that of modelyard.yaml, which may change within
-- a version. Nobody can say any more in which order a row was written: the next materialisation brings all of them anew.
DELETE FROM feature_online_row;
DELETE FROM feature_online_event;
DELETE FROM feature_online_mark;

-- The values of each column as far as they are kept: a file in .modelyard/objects; NULL: of the version there is only the
-- profile.
ALTER TABLE dataset_version ADD COLUMN distributions TEXT;
-- Of the file when it was this version: size, times and inode; as long as they are the same it need not be read again.
ALTER TABLE dataset_version ADD COLUMN stamp TEXT;

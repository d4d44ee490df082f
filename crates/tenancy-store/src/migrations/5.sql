CREATE INDEX changes_of_run ON changes (run, change);
ALTER TABLE staged ADD COLUMN is_excluded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE listings ADD COLUMN excluded BIGINT NOT NULL DEFAULT 0;

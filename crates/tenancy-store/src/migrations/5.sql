CREATE INDEX changes_of_run ON changes (run, change);
DELETE FROM accounts WHERE
    NOT EXISTS (SELECT 1 FROM listings WHERE listings.provider = accounts.provider AND listings.account = accounts.account)
    AND NOT EXISTS (SELECT 1 FROM tenants WHERE tenants.provider = accounts.provider AND tenants.account = accounts.account);
ALTER TABLE staged ADD COLUMN is_excluded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE listings ADD COLUMN excluded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE unfinished ADD COLUMN exclude {text} NOT NULL DEFAULT '';

CREATE INDEX changes_of_run ON changes (run, change);
DELETE FROM accounts WHERE
    NOT EXISTS (SELECT 1 FROM listings WHERE listings.provider = accounts.provider AND listings.account = accounts.account)
    AND NOT EXISTS (SELECT 1 FROM tenants WHERE tenants.provider = accounts.provider AND tenants.account = accounts.account);
ALTER TABLE staged ADD COLUMN is_excluded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE listings ADD COLUMN excluded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE unfinished ADD COLUMN exclude {text} NOT NULL DEFAULT '';
CREATE VIEW tenants_flat AS SELECT
    provider, account, {body.id} AS id, {body.name} AS name, {body.status} AS status, {body.parent_id} AS parent_id,
    {body.contact.email} AS email, {body.created_at} AS created_at, {body.updated_at} AS updated_at,
    {body.balance.amount} AS balance, {body.balance.currency} AS currency, first_seen_at, changed_at, gone_at
FROM tenants;

ALTER TABLE tenants ADD COLUMN missing_since {text};
ALTER TABLE listings ADD COLUMN missing BIGINT NOT NULL DEFAULT 0;

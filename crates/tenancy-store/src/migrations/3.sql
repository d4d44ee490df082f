ALTER TABLE tenants ADD COLUMN withheld_since {text};
ALTER TABLE listings ADD COLUMN withheld BIGINT NOT NULL DEFAULT 0;

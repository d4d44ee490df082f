CREATE TABLE accounts (
    number {serial},
    provider {text} NOT NULL,
    account {text} NOT NULL,
    UNIQUE (provider, account)
);
CREATE TABLE runs (
    run {serial},
    started_at {text} NOT NULL,
    ended_at {text}
);
CREATE TABLE listings (
    run BIGINT NOT NULL REFERENCES runs,
    provider {text} NOT NULL,
    account {text} NOT NULL,
    at {text} NOT NULL,
    complete BIGINT NOT NULL,
    consistency {text} NOT NULL,
    created BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    gone BIGINT NOT NULL,
    back BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    error {text},
    report {text} NOT NULL,
    PRIMARY KEY (provider, account, run)
);
CREATE TABLE tenants (
    provider {text} NOT NULL,
    account {text} NOT NULL,
    id {text} NOT NULL,
    body {text} NOT NULL,
    first_seen_at {text} NOT NULL,
    changed_at {text} NOT NULL,
    gone_at {text},
    PRIMARY KEY (provider, account, id)
);
CREATE TABLE changes (
    change {serial},
    run BIGINT NOT NULL REFERENCES runs,
    at {text} NOT NULL,
    provider {text} NOT NULL,
    account {text} NOT NULL,
    id {text} NOT NULL,
    kind {text} NOT NULL,
    path {text},
    old {text},
    new {text}
);
CREATE INDEX changes_of_tenant ON changes (provider, account, id);
CREATE TABLE staged (
    provider {text} NOT NULL,
    account {text} NOT NULL,
    id {text} NOT NULL,
    body {text},
    PRIMARY KEY (provider, account, id)
);
CREATE TABLE unfinished (
    provider {text} NOT NULL,
    account {text} NOT NULL,
    begun_at {text} NOT NULL,
    report {text} NOT NULL,
    PRIMARY KEY (provider, account)
);

INSERT INTO accounts (provider, account) VALUES ('acme', 'agency');
INSERT INTO runs (started_at, ended_at) VALUES ('2026-09-01T08:00:00Z', '2026-09-01T08:00:05Z'), ('2026-09-02T08:00:00Z', NULL);
INSERT INTO listings VALUES (1, 'acme', 'agency', '2026-09-01T08:00:04Z', 1, 'proved', 2, 0, 0, 0, 0, NULL, '{}');
INSERT INTO listings VALUES (2, 'acme', 'agency', '2026-09-02T08:00:04Z', 1, 'proved', 0, 0, 1, 0, 1, NULL, '{}');
INSERT INTO tenants VALUES
    ('acme', 'agency', 'a', '{"provider":"acme","account":"agency","id":"a","name":"A"}', '2026-09-01T08:00:04Z', '2026-09-01T08:00:04Z', NULL),
    ('acme', 'agency', 'b', '{"provider":"acme","account":"agency","id":"b"}', '2026-09-01T08:00:04Z', '2026-09-02T08:00:04Z', '2026-09-02T08:00:04Z');
INSERT INTO changes (run, at, provider, account, id, kind) VALUES
    (1, '2026-09-01T08:00:04Z', 'acme', 'agency', 'a', 'created'),
    (1, '2026-09-01T08:00:04Z', 'acme', 'agency', 'b', 'created'),
    (2, '2026-09-02T08:00:04Z', 'acme', 'agency', 'b', 'gone');

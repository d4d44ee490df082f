INSERT INTO accounts (provider, account, run) VALUES ('acme', 'agency', 2);
INSERT INTO runs (started_at, ended_at) VALUES ('2026-09-20T08:00:00Z', '2026-09-20T08:00:05Z'), ('2026-09-21T14:00:00Z', NULL);
INSERT INTO listings (run, provider, account, at, complete, consistency, created, changed, gone, back, unchanged, report) VALUES
    (1, 'acme', 'agency', '2026-09-20T08:00:04Z', 1, 'proved', 2, 0, 0, 0, 0, '{}');
INSERT INTO tenants (provider, account, id, body, first_seen_at, changed_at) VALUES
    ('acme', 'agency', 'a', '{"id":"a","provider":"acme","account":"agency","name":"A"}', '2026-09-20T08:00:04Z', '2026-09-20T08:00:04Z'),
    ('acme', 'agency', 'b', '{"id":"b","provider":"acme","account":"agency","name":"B"}', '2026-09-20T08:00:04Z', '2026-09-20T08:00:04Z');
INSERT INTO changes (run, at, provider, account, id, kind) VALUES
    (1, '2026-09-20T08:00:04Z', 'acme', 'agency', 'a', 'created'),
    (1, '2026-09-20T08:00:04Z', 'acme', 'agency', 'b', 'created');
INSERT INTO staged (provider, account, id, body) VALUES ('acme', 'agency', 'a', NULL);
INSERT INTO unfinished (provider, account, begun_at, report) VALUES ('acme', 'agency', '2026-09-21T14:00:00Z',
    '{"account":"agency","provider":"acme","complete":false,"tenants":1,"expected":null,"pages":1,"requests":0,"retries":0,"duplicates":0,"quarantined":0,"not_judged":0,"unknown_fields":[],"left_out":[],"certainty":"unproved","error":"interrupted","checkpoint":{"version":2,"provider":"acme","account":"agency","statuses":[],"list":0,"again":false,"certainty":"proved","walk":"one_body","seen":""}}');

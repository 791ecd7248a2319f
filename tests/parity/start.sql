-- One account with a run that is due, for both sides of the parity test. The Worker's side seals the credential.
INSERT INTO owners (id, name, sandbox, created_ms) VALUES (1, 'parity', 1, 0);

INSERT INTO accounts (owner, id, provider_id, api, identity, provider_account_id, workspace, label, credential,
                      credential_kind, state, created_ms, updated_ms)
VALUES (1, 'acc_1', 'pixverse', 'library', 'pixverse:library:77:0', '77', '0', 'Parity', 'sealed', 'token', 'ready', 0, 0);

INSERT INTO jobs (id, owner, kind, account, step, state, due_ms, created_ms, updated_ms, body)
SELECT 'run_1', 1, 'sync', 'acc_1', 0, 'active', 0, 0, 0, json_object(
         'mode', 'all', 'create_lineage', 'deferred', 'dry_run', json('false'), 'limit', NULL, 'reasons', json('{}'),
         'provider_calls', 0, 'attempts', 0, 'last_error', NULL, 'ended_ms', NULL,
         'walks', json_group_array(json_object(
           'listing', value, 'offset', 0, 'total', NULL, 'pages', 0, 'ended', NULL, 'barren', 0,
           'counts', json('{"seen":0,"created":0,"updated":0,"unchanged":0,"skipped":0,"quarantined":0}'))))
  FROM json_each('["video/created","video/uploaded","image/created","image/uploaded","audio/created","audio/uploaded"]');

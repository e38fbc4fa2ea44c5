-- The rows that intake leaves for flags on accounts of their own: account, snapshot, case, flag, two entries of the log.
WITH given AS MATERIALIZED (
    SELECT n, %(tag)s || ':' || n AS external_id, gen_random_uuid() AS account, gen_random_uuid() AS snapshot,
           gen_random_uuid() AS kase, gen_random_uuid() AS flag, now() AS at
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
), source AS (
    SELECT id FROM reviews_source WHERE client_id = %(client)s AND kind = %(kind)s
), lanes AS (
    SELECT id, follower_band FROM reviews_lane
    WHERE platform_id = %(platform)s AND policy_id = %(policy)s AND language = '' AND source_kinds = ARRAY[%(kind)s]::varchar[]
      AND protected_class = '' AND clearances = '{}'
), accounts AS (
    INSERT INTO accounts_account (id, platform_id, external_id, handle, display_name, bio, url, language, country,
                                  followers, protected_class, platform_state, attributes, updated_at)
    SELECT account, %(platform)s, external_id, 'handle' || n, '', '', '', '', '', n %% 5000, '', '', '{}', at FROM given
), snapshots AS (
    INSERT INTO accounts_snapshot (id, account_id, taken_at, followers, cause)
    SELECT snapshot, account, at, n %% 5000, 'flag' FROM given
), cases AS (
    INSERT INTO reviews_case (id, account_id, platform_id, state, policy_id, lane_id, language, source_kinds, opened_at,
                              due_at, evidence_version, serving_order, rank_parts, last_flag_at)
    SELECT kase, account, %(platform)s, 'waiting', %(policy)s, lane.id, '', ARRAY[%(kind)s], at, at + interval '1 day', 1,
           n %% 5000,
           jsonb_build_object('severity', 20, 'reach', 5, 'sources', 4, 'velocity', 0, 'followers', n %% 5000), at
    FROM given JOIN lanes AS lane ON lane.follower_band = CASE WHEN n %% 5000 < 1000 THEN 'under_1k' ELSE 'from_1k' END
), flags AS (
    INSERT INTO reviews_flag (id, source_id, client_id, account_id, case_id, policy_id, snapshot_id, state, reason,
                              reporter, evidence, client_reference, body_digest, flagged_at, received_at,
                              evidence_version)
    SELECT flag, source.id, %(client)s, account, kase, %(policy)s, snapshot, 'open', 'The same text.', '', '{}',
           %(tag)s || '-raw-' || n, encode(sha256(external_id::bytea), 'hex'), at, at, 1
    FROM given, source
)
INSERT INTO audit_entry (id, recorded_at, action, actor_kind, actor, actor_label, on_behalf_of, subjects, detail)
SELECT gen_random_uuid(), at, action, 'client', 'client:' || %(client)s, 'Benchmark', '',
       CASE action WHEN 'case.opened' THEN ARRAY['case:' || kase, 'account:' || external_id]
                   ELSE ARRAY['flag:' || flag, 'case:' || kase, 'account:' || external_id] END,
       '{"policy": "coordinated_inauthentic_behaviour"}'
FROM given, unnest(ARRAY['case.opened', 'flag.received']) AS action

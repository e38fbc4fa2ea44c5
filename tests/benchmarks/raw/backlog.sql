-- A backlog as it might stand after some months: accounts, their cases in every state, flags, posts, decisions. It is
-- what pages are measured against, not what is measured; so it is no intake's footprint, and says nothing to the log.
WITH policies AS (
    SELECT array_agg(id ORDER BY position) AS ids FROM reviews_policy
), given AS MATERIALIZED (
    SELECT n, gen_random_uuid() AS account, gen_random_uuid() AS snapshot, gen_random_uuid() AS kase,
           (ARRAY['en', 'en', 'en', 'en', 'en', 'ru', 'ru', 'ar', 'de', ''])[1 + floor(random() * 10)::int] AS language,
           (exp(random() * 14))::bigint AS followers, random() AS fate,
           now() - random() * interval '60 days' AS opened_at,
           'city news report ' || (ARRAY['council', 'ballot', 'storm', 'festival', 'harbour', 'election', 'school'])[
               1 + floor(random() * 7)::int] || ' word' || floor(random() * random() * 20000)::int || ' word'
               || floor(random() * 20000)::int || ' ' || (ARRAY['', '', '', 'أخبار ورياضة', 'новости города'])[
               1 + floor(random() * 5)::int] AS words
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
), shaped AS MATERIALIZED (
    SELECT given.*, ids[1 + n %% cardinality(ids)] AS policy, CASE WHEN fate < 0.85 THEN 'waiting'
           WHEN fate < 0.97 THEN 'decided' ELSE 'closed' END AS state
    FROM given, policies
), lanes AS MATERIALIZED (
    SELECT id, policy_id, language, protected_class, follower_band FROM reviews_lane
    WHERE platform_id = %(platform)s AND source_kinds = ARRAY[%(kind)s]::varchar[]
), placed AS MATERIALIZED (
    SELECT shaped.*, lanes.id AS lane FROM shaped JOIN lanes
    ON lanes.policy_id = policy AND lanes.language = shaped.language
    AND lanes.protected_class = CASE WHEN n %% 200 = 0 THEN 'journalist' ELSE '' END
    AND lanes.follower_band = CASE WHEN followers < 1000 THEN 'under_1k' WHEN followers < 10000 THEN 'from_1k'
        WHEN followers < 100000 THEN 'from_10k' WHEN followers < 1000000 THEN 'from_100k' ELSE 'from_1m' END
), accounts AS (
    INSERT INTO accounts_account (id, platform_id, external_id, handle, display_name, bio, url, language, country,
                                  followers, protected_class, platform_state, attributes, updated_at)
    SELECT account, %(platform)s, %(tag)s || ':' || n, split_part(words, ' ', 4) || to_hex(n), 'Account ' || n, '', '',
           language, '', followers, CASE WHEN n %% 200 = 0 THEN 'journalist' ELSE '' END, '', '{}', now()
    FROM shaped
), snapshots AS (
    INSERT INTO accounts_snapshot (id, account_id, taken_at, followers, cause)
    SELECT snapshot, account, opened_at, followers, 'flag' FROM shaped
), posts AS (
    INSERT INTO accounts_post (id, account_id, external_id, text, language, kind, url, media, content_hash, captured_at)
    SELECT gen_random_uuid(), account, n::text, words, language, '', '', '[]', encode(sha256(words::bytea), 'hex'),
           opened_at
    FROM shaped WHERE n %% 3 = 0
), cases AS (
    INSERT INTO reviews_case (id, account_id, platform_id, state, policy_id, lane_id, language, source_kinds, opened_at,
                              closed_at, due_at, evidence_version, serving_order, rank_parts, last_flag_at)
    SELECT kase, account, %(platform)s, state, policy, lane, language, ARRAY[%(kind)s], opened_at,
           CASE WHEN state = 'waiting' THEN NULL ELSE now() END, opened_at + random() * interval '90 days', 1,
           20 + 5 * log(1 + followers) - 0.5 * extract(epoch FROM opened_at - timestamptz '2020-01-01Z') / 3600,
           jsonb_build_object('severity', 20, 'reach', round((5 * log(1 + followers))::numeric, 1), 'sources', 4,
                              'velocity', 0, 'severity_step', 2, 'followers', followers, 'source_count', 1,
                              'recent_flags', 1, 'severity_weight', 1),
           opened_at
    FROM placed
), decisions AS (
    INSERT INTO reviews_decision (id, case_id, account_id, outcome, policy_id, policy_version, reason, evidence_version,
                                  decided_by_id, decided_at, effective_at, state, source_kinds, needs, refusal)
    SELECT gen_random_uuid(), kase, account, CASE WHEN fate < 0.9 THEN 'keep' ELSE 'suspend' END, policy, 1, 'It is so.',
           1, %(person)s, now(), now(), 'effective', ARRAY[%(kind)s], '{}', ''
    FROM shaped WHERE state = 'decided'
)
INSERT INTO reviews_flag (id, source_id, client_id, account_id, case_id, policy_id, snapshot_id, state, reason, reporter,
                          evidence, client_reference, body_digest, flagged_at, received_at, evidence_version)
SELECT gen_random_uuid(), source.id, %(client)s, account, kase, policy, snapshot, 'open',
       CASE WHEN n %% 4 = 0 THEN words ELSE '' END, '', '{}', '', '', opened_at, opened_at, 1
FROM shaped, reviews_source AS source WHERE source.client_id = %(client)s AND source.kind = %(kind)s

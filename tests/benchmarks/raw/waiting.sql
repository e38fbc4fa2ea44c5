-- Waiting cases, each on an account of its own, opened over the last three days, in all lanes that there are.
WITH lanes AS MATERIALIZED (
    SELECT array_agg(id ORDER BY id) AS ids, count(*)::int AS lanes FROM reviews_lane
), given AS MATERIALIZED (
    SELECT n, gen_random_uuid() AS account, gen_random_uuid() AS kase,
           date_trunc('minute', now()) - (n %% 4320) * interval '1 minute' AS opened_at,
           -- one case in a thousand stands in the last lane, the others in the rest alike
           CASE WHEN n %% 1000 = 0 THEN ids[lanes] ELSE ids[1 + (n * 7919::bigint %% (lanes - 1))::int] END AS lane
    FROM generate_series(%(first)s::int, %(last)s::int) AS n, lanes
), accounts AS (
    INSERT INTO accounts_account (id, platform_id, external_id, handle, display_name, bio, url, language, country,
                                  followers, protected_class, platform_state, attributes, updated_at)
    SELECT account, lane.platform_id, 'waiting:' || n, 'handle' || n, '', '', '', lane.language, '',
           n %% 5000, '', '', '{}', opened_at
    FROM given JOIN reviews_lane AS lane ON lane.id = given.lane
)
INSERT INTO reviews_case (id, account_id, platform_id, state, policy_id, lane_id, language, source_kinds, opened_at,
                          due_at, evidence_version, serving_order, rank_parts, last_flag_at)
SELECT kase, account, lane.platform_id, 'waiting', lane.policy_id, lane.id, lane.language, lane.source_kinds, opened_at,
       opened_at + interval '1 day', 1, (n * 104729::bigint) %% 1000003,
       '{"severity": 20, "reach": 5, "sources": 4, "velocity": 0}', opened_at
FROM given JOIN reviews_lane AS lane ON lane.id = given.lane

-- The rows that a batch leaves once every account is suspended on the platform, for the batch's listed accounts.
WITH given AS MATERIALIZED (
    SELECT i.id AS item, a.id AS account, a.platform_id AS platform, b.policy_id AS policy, b.reason, now() AS at,
           lane.id AS lane,
           'account:' || i.platform || '/' || i.external_id AS named,
           gen_random_uuid() AS kase, gen_random_uuid() AS claim, gen_random_uuid() AS decision,
           gen_random_uuid() AS enforcement
    FROM reviews_batchitem i JOIN accounts_account a ON a.id = i.account_id JOIN reviews_batch b ON b.id = i.batch_id
    JOIN reviews_lane lane ON lane.platform_id = a.platform_id AND lane.policy_id = b.policy_id
        AND lane.language = a.language AND lane.source_kinds = '{}' AND lane.protected_class = a.protected_class
        AND lane.clearances = '{}' AND lane.follower_band =
            CASE WHEN a.followers < 1000 THEN 'under_1k' WHEN a.followers < 10000 THEN 'from_1k' ELSE 'from_10k' END
    WHERE i.batch_id = %(batch)s AND i.state = 'listed'
), cases AS (
    INSERT INTO reviews_case (id, account_id, platform_id, state, policy_id, lane_id, language, source_kinds, opened_at,
                              closed_at, due_at, evidence_version, serving_order, rank_parts, last_flag_at)
    SELECT kase, account, platform, 'decided', policy, lane, '', '{}', at, at, at + interval '1 day', 1, 0,
           '{"severity": 20, "reach": 5, "sources": 0, "velocity": 0}', at
    FROM given
), claims AS (
    INSERT INTO reviews_claim (id, case_id, holder_id, token, claimed_at, expires_at, renewals, ended_at, ended_as)
    SELECT claim, kase, %(asker)s, claim::text, at, at + interval '5 minutes', 0, at, 'decided' FROM given
), decisions AS (
    INSERT INTO reviews_decision (id, case_id, account_id, outcome, policy_id, policy_version, reason, evidence_version,
                                  decided_by_id, claim_id, batch_id, decided_at, effective_at, state, source_kinds,
                                  needs, refusal)
    SELECT decision, kase, account, 'suspend', policy, 1, reason, 1, %(asker)s, claim, %(batch)s, at, at, 'effective',
           '{}', '{}', ''
    FROM given
), items AS (
    UPDATE reviews_batchitem i SET state = 'decided', decision_id = given.decision FROM given WHERE i.id = given.item
), enforcements AS (
    INSERT INTO takedowns_enforcement (id, account_id, platform_id, kind, state, cause, wave, policy, priority,
                                       created_at, not_before_at, next_attempt_at, attempts, finished_at, applied_at,
                                       error)
    SELECT enforcement, account, platform, 'suspend', 'applied', 'decision:' || decision, %(wave)s, '', 0, at, at, at, 1,
           at, at, ''
    FROM given
), attempts AS (
    INSERT INTO takedowns_attempt (id, enforcement_id, number, is_look_up, started_at, finished_at, outcome, status_code,
                                   error)
    SELECT gen_random_uuid(), enforcement, 1, false, at, at, 'applied', 200, '' FROM given
), steps AS (
    INSERT INTO audit_entry (id, recorded_at, action, actor_kind, actor, actor_label, on_behalf_of, subjects, detail)
    SELECT gen_random_uuid(), now(), action, 'person', %(asker_key)s, 'asker', '', ARRAY[%(wave)s], '{}'
    FROM unnest(ARRAY['batch.approved', 'batch.started', 'batch.finished']) AS action
)
INSERT INTO audit_entry (id, recorded_at, action, actor_kind, actor, actor_label, on_behalf_of, subjects, detail)
SELECT gen_random_uuid(), at, action, 'person', %(asker_key)s, 'asker', '',
       ARRAY['decision:' || decision, 'case:' || kase, named, %(wave)s], '{"outcome": "suspend"}'
FROM given, unnest(ARRAY['case.opened', 'case.claimed', 'decision.made', 'enforcement.requested',
                         'enforcement.applied']) AS action

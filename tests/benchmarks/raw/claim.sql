-- The rows that one claim leaves: the first waiting case claimed, its lease, what its holder has opened today, one entry of
-- the log. Answers case and token.
WITH next AS (
    SELECT id, account_id, policy_id FROM reviews_case
    WHERE state = 'waiting' ORDER BY serving_order DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE reviews_case SET state = 'claimed' FROM next WHERE reviews_case.id = next.id
), lease AS (
    INSERT INTO reviews_claim (id, case_id, holder_id, token, claimed_at, expires_at, renewals, ended_as)
    SELECT gen_random_uuid(), id, %(holder)s, substr(md5(random()::text), 1, 32), now(), now() + interval '5 minutes', 0, ''
    FROM next
    RETURNING case_id, token
), opened AS (
    INSERT INTO reviews_exposure (person_id, day, severity, cases)
    SELECT %(holder)s, current_date, severity, 1 FROM next JOIN reviews_policy ON reviews_policy.id = next.policy_id
    ON CONFLICT (person_id, day, severity) DO UPDATE SET cases = reviews_exposure.cases + 1
), entry AS (
    INSERT INTO audit_entry (id, recorded_at, action, actor_kind, actor, actor_label, on_behalf_of, subjects, detail)
    SELECT gen_random_uuid(), now(), 'case.claimed', 'person', 'person:bench', 'Benchmark', '',
           ARRAY['case:' || next.id, 'account:simulator/' || accounts_account.external_id],
           '{"queue": "", "expires_at": "2026-01-01T00:00:00+00:00"}'
    FROM next JOIN accounts_account ON accounts_account.id = next.account_id
)
SELECT case_id, token FROM lease

"""Topics, from the tallies that were sent for them."""

from datetime import date
from uuid import UUID

from insights.services.rollups import marks
from insights.services.rollups.sql import run

_MARKS_AT_A_TIME = 1_000
_TALLIED = """
FROM unnest(%(topics)s::uuid[], %(months)s::date[]) AS touched (topic_id, month)
JOIN accounts_activity AS tally
    ON tally.topic_id = touched.topic_id
    AND tally.day >= touched.month AND tally.day < touched.month + interval '1 month'
"""
_CELLS = f"""
INSERT INTO insights_topiccell
    (topic_id, source, month, platform_id, stance, messenger_group, theme, posts, reposts, reach)
SELECT touched.topic_id, 'tallies', touched.month, tally.platform_id, tally.stance, tally.messenger_group, tally.theme,
    sum(tally.posts), sum(tally.reposts), sum(tally.reach)
{_TALLIED} GROUP BY 1, 3, 4, 5, 6, 7
"""
_LANGUAGES = f"""
INSERT INTO insights_topiclanguage (topic_id, source, month, platform_id, stance, messenger_group, language, posts)
SELECT touched.topic_id, 'tallies', touched.month, tally.platform_id, tally.stance, tally.messenger_group,
    coalesce(nullif(tally.language, ''), 'und'), sum(tally.posts)
{_TALLIED} GROUP BY 1, 3, 4, 5, 6, 7
"""
_TALLIED_DAYS = f"""
INSERT INTO insights_topicmonth (topic_id, source, month, platform_id, days)
SELECT touched.topic_id, 'tallies', touched.month, tally.platform_id,
    bit_or(1 << (extract(day FROM tally.day)::int - 1))
{_TALLIED} GROUP BY 1, 3, 4
"""  # noqa: S608
_MARK_ALL = """
INSERT INTO insights_mark (kind, topic_id, day)
SELECT 'tallied', topic_id, date_trunc('month', day)::date FROM accounts_activity
UNION SELECT 'tallied', topic_id, month FROM insights_topicmonth WHERE source = 'tallies'
"""


def recount(upto: int) -> int:
    """Count the touched months of the touched topics anew. Returns how many."""
    if touched := marks.take_topic_months(upto=upto, limit=_MARKS_AT_A_TIME):
        _count(touched)
    return len(touched)


def mark_all() -> None:
    """Mark every month of every topic that tallies were sent for."""
    run(_MARK_ALL)


def _count(touched: list[tuple[UUID, date]]) -> None:
    bound = {"topics": [topic for topic, _ in touched], "months": [month for _, month in touched]}
    for table in ("topiccell", "topiclanguage", "topicmonth"):
        run(
            f"DELETE FROM insights_{table} AS rollup USING unnest(%(topics)s::uuid[], %(months)s::date[])"  # noqa: S608
            " AS touched (topic_id, month) WHERE rollup.source = 'tallies'"
            " AND rollup.topic_id = touched.topic_id AND rollup.month = touched.month",
            bound,
        )
    for count in (_CELLS, _LANGUAGES, _TALLIED_DAYS):
        run(count, bound)

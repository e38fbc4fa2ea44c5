"""Definitions of what is told of a topic."""

from typing import Final

from insights.definitions.shape import DISTRIBUTION, TOTAL, Definition, monthly

_OBSERVED = ("accounts_observation", "accounts_trackedaccount", "accounts_account")
_TOPIC_TABLES = (*_OBSERVED, "accounts_activity")
_ONE_SOURCE = (
    "A topic is counted from the observations of its tracked accounts where it has any, else from the tallies sent for "
    "it; the answer says which under source. The two are never added, since they may count the same posts."
)
_GAPS = "A month that nobody watched is listed under missing; it is in no sum and no mean, and is never 0."
_TOPIC: Final = frozenset({"topic"})


TOPIC = (
    Definition(
        name="topic-posts",
        version=1,
        part="topics",
        title="Posts on a topic",
        unit="posts",
        definition="Posts of the accounts tracked for a topic, or posts tallied for it, by month.",
        formula="sum of posts; posts_per_day = posts / days watched",
        sources=_TOPIC_TABLES,
        groupings=(
            *monthly(("stance", "messenger_group", "theme", "platform")),
            TOTAL,
            ("stance",),
            ("messenger_group",),
            ("theme",),
            ("platform",),
        ),
        measures=(
            ("posts", "posts, reposts among them"),
            ("reposts", "reposts; null where the source doesn't tell"),
            ("days", "days watched"),
            ("posts_per_day", "posts per day watched"),
        ),
        notes=(_ONE_SOURCE, _GAPS),
        needs=_TOPIC,
    ),
    Definition(
        name="topic-active-accounts",
        version=1,
        part="topics",
        title="Active accounts of a topic",
        unit="accounts",
        definition="Accounts tracked for a topic that posted at least once in a month.",
        formula="count of tracked accounts with an observation of posts > 0 in the month",
        sources=_OBSERVED,
        groupings=monthly(("stance", "messenger_group", "theme", "platform")),
        measures=(("active_accounts", "accounts"),),
        notes=(
            "Months don't add up: an account that is active in two months is one account.",
            "Tallies count the accounts of each cell apart and can't be added: a topic that has only tallies has none.",
            _GAPS,
        ),
        needs=_TOPIC,
    ),
    Definition(
        name="topic-change",
        version=1,
        part="topics",
        title="Change in traffic",
        unit="per cent",
        definition="How much the posts per day of a topic changed from one period to another.",
        formula="100 × (posts_per_day − before_posts_per_day) / before_posts_per_day",
        sources=_TOPIC_TABLES,
        groupings=(TOTAL, ("stance",), ("messenger_group",), ("theme",), ("platform",)),
        measures=(
            ("change_percent", "change in per cent; null when either period has no data, or the former no posts"),
            ("posts_per_day", "posts per day watched, in the period"),
            ("before_posts_per_day", "posts per day watched, in the period compared with"),
            ("posts", "posts in the period"),
            ("before_posts", "posts in the period compared with"),
            ("days", "days watched in the period"),
            ("before_days", "days watched in the period compared with"),
        ),
        notes=(
            "Periods are whole months, from–to and compare_from–compare_to (unless given: as many months just before).",
            "Days that nobody watched are in neither count.",
            _ONE_SOURCE,
        ),
        needs=_TOPIC,
    ),
    Definition(
        name="topic-ratio",
        version=1,
        part="topics",
        title="Countering to promoting",
        unit="countering posts per promoting post",
        definition="How many posts counter a topic for each post that promotes it.",
        formula="posts of the stance countering / posts of the stance promoting",
        sources=_TOPIC_TABLES,
        groupings=(("month",), TOTAL, ("messenger_group",), ("language",)),
        measures=(
            ("ratio", "countering / promoting; null where there is no promoting post"),
            ("countering", "posts"),
            ("promoting", "posts"),
        ),
        notes=(
            "A month without promoting posts has no ratio: null, neither 0 nor infinite.",
            "By messenger group, the countering posts of the group are set against all promoting posts.",
            "By language, both are posts in that language.",
            _ONE_SOURCE,
            _GAPS,
        ),
        needs=_TOPIC,
    ),
    Definition(
        name="topic-languages",
        version=1,
        part="topics",
        title="Languages of a topic",
        unit="posts",
        definition="Posts on a topic by language, and each language's share.",
        formula="sum of posts; share_percent = 100 × posts / all posts of the topic in the range "
        "(of the same month or stance, where grouped by it)",
        sources=_TOPIC_TABLES,
        groupings=(("language",), ("month", "language"), ("language", "stance")),
        measures=(("posts", "posts"), ("share_percent", "share in per cent")),
        notes=(
            "Language labels are the source's, often machine guesses; posts without one are und.",
            _ONE_SOURCE,
            _GAPS,
        ),
        needs=_TOPIC,
    ),
    Definition(
        name="topic-followers",
        version=1,
        part="topics",
        title="Followers of active accounts",
        unit="followers",
        definition="Followers of a topic's active accounts, by month.",
        formula="over tracked accounts with posts > 0 in the month: followers at the month's last post",
        sources=_OBSERVED,
        groupings=monthly(("stance", "platform")),
        measures=(*DISTRIBUTION, ("maximum", "the greatest")),
        notes=(
            "The mean of a month's active accounts isn't the mean of all accounts.",
            "Followers are spread very unevenly: mean and median stand side by side on purpose.",
            _GAPS,
        ),
        needs=_TOPIC,
    ),
    Definition(
        name="topic-accounts",
        version=1,
        part="topics",
        title="Accounts of a topic",
        unit="accounts",
        definition="The accounts tracked for a topic and their followers, as last known.",
        formula="count of tracked accounts; mean and median of the followers of those where they are known",
        sources=("accounts_trackedaccount", "accounts_account"),
        groupings=(TOTAL, ("stance",), ("theme",), ("language",), ("platform",)),
        measures=(
            ("accounts", "accounts tracked"),
            *DISTRIBUTION,
            ("maximum", "the greatest number of followers"),
            ("zeros", "accounts with no followers"),
        ),
        notes=("As things stand: from and to don't apply.", "Nothing is merged: two accounts of one name are two."),
        needs=_TOPIC,
    ),
    Definition(
        name="topic-platform-suspended",
        version=1,
        part="topics",
        title="Suspended by the platform itself",
        unit="accounts",
        definition="Accounts of a topic that their platform is known to have suspended, by the month it was known by, "
        "and their followers as last known.",
        formula="count of tracked accounts with platform_state suspended, by the month of platform_state_by; "
        "cumulative = all up to and with that month",
        sources=("accounts_trackedaccount", "accounts_account"),
        groupings=(("month",),),
        measures=(
            ("suspended", "accounts"),
            ("cumulative", "accounts, up to and with the month"),
            *DISTRIBUTION,
            ("maximum", "the greatest number of followers, as last known"),
        ),
        notes=(
            "What the platform did, apart from our decisions. The month is an upper bound of when it did so.",
            "Months without a row are months in which no list came out, not gaps in the data.",
        ),
        needs=_TOPIC,
    ),
)

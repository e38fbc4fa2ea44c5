"""Definitions of what is told of a topic."""

from typing import Final

from django.utils.translation import gettext_noop as _

from insights.definitions.shape import DISTRIBUTION, TOTAL, Definition, monthly

_OBSERVED = ("accounts_observation", "accounts_trackedaccount", "accounts_account")
_TOPIC_TABLES = (*_OBSERVED, "accounts_activity")
_ONE_SOURCE = _(
    "A topic is counted from the observations of its tracked accounts where it has any, else from the tallies sent for "
    "it; the answer says which under source. The two are never added, since they may count the same posts."
)
_GAPS = _("A month that nobody watched is listed under missing; it is in no sum and no mean, and is never 0.")
_TOPIC: Final = frozenset({"topic"})


TOPIC = (
    Definition(
        name="topic-posts",
        version=1,
        part="topics",
        title=_("Posts on a topic"),
        unit=_("posts"),
        definition=_("Posts of the accounts tracked for a topic, or posts tallied for it, by month."),
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
            ("posts", _("posts, reposts among them")),
            ("reposts", _("reposts; null where the source doesn't tell")),
            ("days", _("days watched")),
            ("posts_per_day", _("posts per day watched")),
        ),
        notes=(_ONE_SOURCE, _GAPS),
        needs=_TOPIC,
    ),
    Definition(
        name="topic-active-accounts",
        version=1,
        part="topics",
        title=_("Active accounts of a topic"),
        unit=_("accounts"),
        definition=_("Accounts tracked for a topic that posted at least once in a month."),
        formula="count of tracked accounts with an observation of posts > 0 in the month",
        sources=_OBSERVED,
        groupings=monthly(("stance", "messenger_group", "theme", "platform")),
        measures=(("active_accounts", _("accounts")),),
        notes=(
            _("Months don't add up: an account that is active in two months is one account."),
            _(
                "Tallies count the accounts of each cell apart and can't be added: a topic that has only tallies has "
                "none."
            ),
            _GAPS,
        ),
        needs=_TOPIC,
    ),
    Definition(
        name="topic-change",
        version=1,
        part="topics",
        title=_("Change in traffic"),
        unit=_("per cent"),
        definition=_("How much the posts per day of a topic changed from one period to another."),
        formula="100 × (posts_per_day − before_posts_per_day) / before_posts_per_day",
        sources=_TOPIC_TABLES,
        groupings=(TOTAL, ("stance",), ("messenger_group",), ("theme",), ("platform",)),
        measures=(
            ("change_percent", _("change in per cent; null when either period has no data, or the former no posts")),
            ("posts_per_day", _("posts per day watched, in the period")),
            ("before_posts_per_day", _("posts per day watched, in the period compared with")),
            ("posts", _("posts in the period")),
            ("before_posts", _("posts in the period compared with")),
            ("days", _("days watched in the period")),
            ("before_days", _("days watched in the period compared with")),
        ),
        notes=(
            _(
                "Periods are whole months, from–to and compare_from–compare_to (unless given: as many months just "
                "before)."
            ),
            _("Days that nobody watched are in neither count."),
            _ONE_SOURCE,
        ),
        needs=_TOPIC,
    ),
    Definition(
        name="topic-ratio",
        version=1,
        part="topics",
        title=_("Countering to promoting"),
        unit=_("countering posts per promoting post"),
        definition=_("How many posts counter a topic for each post that promotes it."),
        formula="posts of the stance countering / posts of the stance promoting",
        sources=_TOPIC_TABLES,
        groupings=(("month",), TOTAL, ("messenger_group",), ("language",)),
        measures=(
            ("ratio", _("countering / promoting; null where there is no promoting post")),
            ("countering", _("posts")),
            ("promoting", _("posts")),
        ),
        notes=(
            _("A month without promoting posts has no ratio: null, neither 0 nor infinite."),
            _("By messenger group, the countering posts of the group are set against all promoting posts."),
            _("By language, both are posts in that language."),
            _ONE_SOURCE,
            _GAPS,
        ),
        needs=_TOPIC,
    ),
    Definition(
        name="topic-languages",
        version=1,
        part="topics",
        title=_("Languages of a topic"),
        unit=_("posts"),
        definition=_("Posts on a topic by language, and each language's share."),
        formula="sum of posts; share_percent = 100 × posts / all posts of the topic in the range "
        "(of the same month or stance, where grouped by it)",
        sources=_TOPIC_TABLES,
        groupings=(("language",), ("month", "language"), ("language", "stance")),
        measures=(("posts", _("posts")), ("share_percent", _("share in per cent"))),
        notes=(
            _("Language labels are the source's, often machine guesses; posts without one are und."),
            _ONE_SOURCE,
            _GAPS,
        ),
        needs=_TOPIC,
    ),
    Definition(
        name="topic-followers",
        version=1,
        part="topics",
        title=_("Followers of active accounts"),
        unit=_("followers"),
        definition=_("Followers of a topic's active accounts, by month."),
        formula="over tracked accounts with posts > 0 in the month: followers at the month's last post",
        sources=_OBSERVED,
        groupings=monthly(("stance", "platform")),
        measures=(*DISTRIBUTION, ("maximum", _("the greatest"))),
        notes=(
            _("The mean of a month's active accounts isn't the mean of all accounts."),
            _("Followers are spread very unevenly: mean and median stand side by side on purpose."),
            _GAPS,
        ),
        needs=_TOPIC,
    ),
    Definition(
        name="topic-accounts",
        version=1,
        part="topics",
        title=_("Accounts of a topic"),
        unit=_("accounts"),
        definition=_("The accounts tracked for a topic and their followers, as last known."),
        formula="count of tracked accounts; mean and median of the followers of those where they are known",
        sources=("accounts_trackedaccount", "accounts_account"),
        groupings=(TOTAL, ("stance",), ("theme",), ("language",), ("platform",)),
        measures=(
            ("accounts", _("accounts tracked")),
            *DISTRIBUTION,
            ("maximum", _("the greatest number of followers")),
            ("zeros", _("accounts with no followers")),
        ),
        notes=(
            _("As things stand: from and to don't apply."),
            _("Nothing is merged: two accounts of one name are two."),
        ),
        needs=_TOPIC,
    ),
    Definition(
        name="topic-platform-suspended",
        version=1,
        part="topics",
        title=_("Suspended by the platform itself"),
        unit=_("accounts"),
        definition=_(
            "Accounts of a topic that their platform is known to have suspended, by the month it was known by, "
            "and their followers as last known."
        ),
        formula="count of tracked accounts with platform_state suspended, by the month of platform_state_by; "
        "cumulative = all up to and with that month",
        sources=("accounts_trackedaccount", "accounts_account"),
        groupings=(("month",),),
        measures=(
            ("suspended", _("accounts")),
            ("cumulative", _("accounts, up to and with the month")),
            *DISTRIBUTION,
            ("maximum", _("the greatest number of followers, as last known")),
        ),
        notes=(
            _("What the platform did, apart from our decisions. The month is an upper bound of when it did so."),
            _("Months without a row are months in which no list came out, not gaps in the data."),
        ),
        needs=_TOPIC,
    ),
)

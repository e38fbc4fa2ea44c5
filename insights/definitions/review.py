"""Definitions of what the review did."""

from django.utils.translation import gettext_noop as _

from insights.definitions.shape import DISTRIBUTION, OF_A_GOVERNMENT, TOTAL, Definition, grains, monthly

_UTC = _("Days and months are those of UTC.")
_DECISION_TABLES = ("reviews_decision", "accounts_account")

REVIEW = (
    Definition(
        name="decisions",
        version=2,
        part="decisions",
        title=_("Suspensions and keeps"),
        unit=_("decisions"),
        definition=_(
            "Decisions by the day they were made, for the person who made them; those on cases that a "
            "government had flagged are also counted apart."
        ),
        formula="count of decisions in the state pending, effective or reversed, by decided_at; "
        "reversals point at the decision they reverse and were made without a claim and outside a batch; "
        "suspensions and keeps are all others, by outcome; apart are those with the kind of a government among "
        "source_kinds, the kinds of source that had flagged the case when it was decided; "
        f"{OF_A_GOVERNMENT}",
        sources=_DECISION_TABLES,
        groupings=(
            *grains(("platform", "policy", "person")),
            TOTAL,
            ("platform",),
            ("policy",),
            ("person",),
        ),
        measures=(
            ("suspensions", _("decisions to suspend")),
            ("keeps", _("decisions to keep")),
            ("reversals", _("decisions that reversed an earlier one, whatever their outcome")),
            ("government_suspensions", _("of the suspensions, those on cases that held a flag of a government")),
            ("government_keeps", _("of the keeps, those on cases that held a flag of a government")),
            ("only_government_suspensions", _("of these suspensions, those on cases that held no other flag")),
            ("only_government_keeps", _("of these keeps, those on cases that held no other flag")),
        ),
        notes=(
            _(
                "A case held the flags that stood on it when it was decided, also those that an earlier decision had "
                "answered; not those taken back before, nor those that came afterwards. For decisions made before "
                "version "
                "2 was published it is what was on their case then."
            ),
            _("A decision undone in its window, a proposed one and a refused one are in no column."),
            _("A new decision on a reopened case counts as a suspension or a keep, though the earlier one goes."),
            _("A decision reversed later stays counted on its day; the reversal stands on the day it was made."),
            _("A day without a decision counts 0 once a case was opened; days before the first case are missing."),
            _UTC,
        ),
    ),
    Definition(
        name="backlog",
        version=2,
        part="cases",
        title=_("Backlog"),
        unit=_("cases"),
        definition=_(
            "Cases still open at the end of a day, how many of them a government had flagged by then, and how "
            "long the oldest of them had been open."
        ),
        formula="count of cases with opened_at on or before the day and no closed_at by its end; "
        "government_open = those among them with a flag of a government received on or before the day; "
        f"{OF_A_GOVERNMENT}; "
        "oldest_seconds = end of the day − least opened_at among them",
        sources=("reviews_case", "reviews_flag", "reviews_source"),
        groupings=(("day",), ("day", "platform")),
        measures=(
            ("open", _("cases")),
            ("government_open", _("of these, cases that a government had flagged by then")),
            ("oldest_seconds", _("age of the oldest in seconds; null when none is open")),
            ("opened", _("cases opened on the day")),
            ("closed", _("cases closed on the day, by a decision or otherwise")),
        ),
        notes=(
            _("For the running day the moment of the last count stands for its end."),
            _("A case that was reopened counts as open from its first opening on, also for the days in between."),
            _(
                "A case that a government flagged stays so when the flag is taken back. A flag that moved to another "
                "case "
                "counts on the one it is on now."
            ),
            _UTC,
        ),
    ),
    Definition(
        name="time-to-decision",
        version=1,
        part="decisions",
        title=_("Time to decision"),
        unit=_("seconds"),
        definition=_("How long a case had been open when it was decided, by the time of the decision."),
        formula="decided_at − opened_at of the case, over decisions in the state pending, effective or reversed "
        "that reverse nothing; percentiles interpolate linearly between neighbours",
        sources=("reviews_decision", "reviews_case"),
        groupings=grains(("platform", "policy", "person")),
        measures=(*DISTRIBUTION, ("p90", _("90th percentile")), ("maximum", _("the longest"))),
        notes=(
            _(
                "Left out: undone, proposed and refused decisions; decisions that take the place of an earlier one; "
                "and "
                "decisions of batches, whose list was decided at once."
            ),
            _("A period without a decision has no figure and is listed under missing."),
            _UTC,
        ),
    ),
    Definition(
        name="followers-at-detection",
        version=1,
        part="detections",
        title=_("Followers at detection"),
        unit=_("followers"),
        definition=_("Followers of accounts at the moment of their first flag, by the month of that flag."),
        formula="followers of the snapshot taken at the account's flag with the least flagged_at",
        sources=("reviews_flag", "accounts_snapshot"),
        groupings=monthly(("platform",)),
        measures=(*DISTRIBUTION, ("maximum", _("the greatest"))),
        notes=(
            _("An account counts once, in the month of its first flag, whatever became of the flag."),
            _("Accounts whose followers weren't known then are left out of mean and median, and counted as unknown."),
            _("A flag that arrives late counts in the month it says it was made."),
            _UTC,
        ),
    ),
)

"""Words sought in the list of cases: whose accounts' handles begin with them, whose id they are, or whose flags and
posts hold them.

Recipe of `matching`:
 1. Read the accounts that match, up to FEW rows. Mostly that is all of them: the list is then read by these accounts.
 2. When there are more, matches are dense, and to read them all would cost more than a page does: the list is read in
    its order, and each case is asked whether it matches, until the page is full.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import BooleanField, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower
from django.db.models.lookups import Exact, StartsWith

from accounts.models import Account, Platform
from accounts.selectors import accounts
from reviews.models import SearchMark, SearchText
from reviews.rules.words import CONFIGURATIONS, MARK, PLAIN, parted

FEW: Final = 5_000
DENSE: Final = 1_000  # from so many accounts among the first FEW rows on, step 2 fills a page soon
_STEMMED: Final = """
    SELECT stemmed::text, array_agg(configuration)
    FROM unnest(%s::text[]) AS configuration, websearch_to_tsquery(configuration::regconfig, %s) AS stemmed
    GROUP BY stemmed
"""


@dataclass(frozen=True, slots=True)
class Matching:
    """The condition on cases, and whether it names few accounts (then nothing needs an order to be read in)."""

    condition: Q
    is_narrow: bool


class _Stemmed(SearchQuery):
    """Words as PostgreSQL has stemmed them already."""

    template = "%(expressions)s::tsquery"


def matching(words: str) -> Matching:
    """The condition that puts a case into what is found. Takes words as a person types them: "quoted" ones stand beside
    each other, -such ones are not there, "or" is either; a case's id is found as well."""
    name, stemmed = words.removeprefix("@"), _stemmed(words)
    of_names, of_texts = _of_names(name), _of_texts(stemmed)
    found = [*of_names.values_list("pk", flat=True)[: FEW + 1]]
    found += [*of_texts.values_list("account", flat=True)[: FEW + 1]] if stemmed else []
    ids = {*found}
    if len(found) <= FEW:
        return Matching(Q(account__in=ids) | _of_id(words), is_narrow=True)
    if len(ids) < DENSE:
        condition = Q(account__in=of_names.values("pk")) | Q(account__in=of_texts.values("account"))
        return Matching(condition, is_narrow=True)
    return Matching(_asked_each(name, stemmed), is_narrow=False)


def words_known_until(at: datetime) -> datetime:
    """Up to when every text that came in is found by its words: `at` itself when none waits for the sweep."""
    oldest: datetime | None = SearchMark.objects.aggregate(oldest=Min("marked_at"))["oldest"]
    return min(oldest, at) if oldest else at


def _stemmed(words: str) -> str:
    """The words as a tsquery: as any of the configurations stems them; "" when none is left.

    A text is stemmed by its own language, which nobody knows of the words sought: one of these is the text's. Where
    words must *not* be there, each holds for the texts of its own configurations alone: they name it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STEMMED, [[PLAIN, *sorted({*CONFIGURATIONS.values()})], parted(words)])
        forms = [(stemmed, names) for stemmed, names in cursor.fetchall() if stemmed]
    if not any("!" in stemmed for stemmed, _ in forms):
        return " | ".join(f"({stemmed})" for stemmed, _ in forms)
    return " | ".join(f"({stemmed}) & ({_any_of(names)})" for stemmed, names in forms)


def _any_of(configurations: list[str]) -> str:
    return " | ".join(f"'{MARK}{name}'" for name in configurations)


def _of_names(name: str) -> QuerySet[Account, Any]:
    platforms = [*Platform.objects.values_list("pk", flat=True)]
    by_id = Account.objects.filter(platform__in=platforms, external_id=name)  # with the platforms an index serves it
    return accounts.with_handle_prefix(name).values("pk").union(by_id.values("pk"), all=True)


def _of_texts(stemmed: str) -> QuerySet[SearchText]:
    return SearchText.objects.filter(document=_Stemmed(stemmed)) if stemmed else SearchText.objects.none()


def _of_id(words: str) -> Q:
    try:
        return Q(pk=UUID(words))
    except ValueError:
        return Q()


def _asked_each(name: str, stemmed: str) -> Q:
    """Whether one case matches: an index look-up each. The subquery has a limit, so that the planner can't read all the
    words' texts first, as it would for EXISTS."""
    named = Q(StartsWith(Lower(F("account__handle")), Lower(Value(name)))) | Q(account__external_id=name)
    if not stemmed:
        return named
    texts: Any = _of_texts(stemmed).filter(account=OuterRef("account")).annotate(is_there=Value(True))
    holds = Coalesce(Subquery(texts.values("is_there")[:1], output_field=BooleanField()), Value(False))
    return named | Q(Exact(holds, Value(True)))

"""Accounts and platforms, read."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext

from accounts.models import Account, Platform
from common.errors import Invalid, NotFound


def get_account(platform_slug: str, external_id: str) -> Account:
    """The account known by (platform, external id), with its platform. Raises NotFound."""
    account = (
        Account.objects.select_related("platform").filter(platform__slug=platform_slug, external_id=external_id).first()
    )
    if account is None:
        raise NotFound(
            gettext("No account %(external_id)s is known on %(platform_slug)s.")
            % {"external_id": repr(external_id), "platform_slug": repr(platform_slug)}
        )
    return account


def ids_by_external_id(platform: Platform, external_ids: Iterable[str]) -> dict[str, UUID]:
    """The ids of those of `external_ids` that are known on `platform`."""
    known = Account.objects.filter(platform=platform, external_id__in=set(external_ids))
    return dict(known.values_list("external_id", "pk"))


def platforms_by_slug(slugs: Iterable[str]) -> dict[str, Platform]:
    """The platforms by slug. Raises Invalid naming every slug that isn't known."""
    wanted = set(slugs)
    found = {platform.slug: platform for platform in Platform.objects.filter(slug__in=wanted)}
    if unknown := sorted(wanted - found.keys()):
        named = ", ".join(repr(slug) for slug in unknown)
        raise Invalid(
            gettext("platform: %(named)s is not known here. Add it with `manage.py platform create`.")
            % {"named": named},
            code="unknown-platform",
            fields={"platform": gettext("%(named)s is not known here") % {"named": named}},
        )
    return found


def by_keys(keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Account]:
    """The known accounts among `keys`, pairs of (platform slug, external id), with their platforms."""
    external_ids: dict[str, list[str]] = {}
    for slug, external_id in keys:
        external_ids.setdefault(slug, []).append(external_id)
    found = {}
    for platform in Platform.objects.filter(slug__in=external_ids):
        for account in Account.objects.filter(platform=platform, external_id__in=set(external_ids[platform.slug])):
            account.platform = platform  # one for all: to read it with each row took half of the time
            found[platform.slug, account.external_id] = account
    return found


def ids_by_handle(handles: Sequence[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    """The external ids behind pairs of (platform slug, handle in any case), by slug and handle in lower case."""
    wanted: dict[str, set[str]] = {}
    for slug, handle in handles:
        wanted.setdefault(slug, set()).add(handle.lower())
    found: dict[tuple[str, str], list[str]] = {}
    for slug, lower in wanted.items():
        rows = Account.objects.annotate(lower_handle=Lower("handle")).filter(
            platform__slug=slug, lower_handle__in=lower
        )
        for handle, external_id in rows.order_by("pk").values_list("lower_handle", "external_id"):
            found.setdefault((slug, handle), []).append(external_id)
    return found


def with_handle(handle: str) -> QuerySet[Account]:
    """Accounts with this handle, on any platform, in any case of letters: an index look-up."""
    return Account.objects.annotate(lower_handle=Lower("handle")).filter(lower_handle=handle.lower())


def with_handle_prefix(beginning: str) -> QuerySet[Account]:
    """Accounts whose handle begins so, on any platform, in any case of letters: an index range."""
    return Account.objects.annotate(lower_handle=Lower("handle")).filter(lower_handle__startswith=beginning.lower())


def meant_by(typed: str) -> QuerySet[Account]:
    """Accounts that somebody names by a handle, an external id, or platform/external id; two may bear one handle."""
    name = typed.removeprefix("@")
    slug, _, external_id = name.partition("/")
    platforms = dict(Platform.objects.values_list("slug", "pk"))
    # platforms by their keys, so that each of the three is a look-up in an index of the accounts
    return Account.objects.annotate(lower_handle=Lower("handle")).filter(
        Q(lower_handle=name.lower())
        | Q(platform__in=list(platforms.values()), external_id=name)
        | Q(platform=platforms.get(slug), external_id=external_id)
    )


def all_platforms() -> QuerySet[Platform]:
    """Every platform, by name."""
    return Platform.objects.order_by("name", "slug")

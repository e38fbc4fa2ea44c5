"""Lists of accounts as files: CSV or NDJSON, each line a platform with an external id or a handle."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from django.forms import ValidationError
from django.utils.translation import gettext as _

from accounts.selectors import accounts

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MAX_LIST_BYTES: Final = 20_000_000
Line = tuple[int, str, str, str]  # its number, platform, external id, handle; of the last two one is given


def read_list(upload: "UploadedFile[bytes]") -> list[tuple[str, str]]:
    """The (platform slug, external id) pairs of the file, in its order. A handle that no account of the platform has
    stays, with its @, in the place of the id: the dry run says that it is unknown.

    Raises ValidationError that names the line or the missing column, and for a handle that two accounts share.
    """
    if upload.size and upload.size > MAX_LIST_BYTES:
        raise ValidationError(_("The file is larger than 20 MB."))
    try:
        text = upload.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValidationError(_("The file isn't UTF-8 text.")) from None
    lines = list(_of_json(text) if text.lstrip()[:1] == "{" else _of_csv(text))
    if not lines:
        raise ValidationError(_("The file lists no account."))
    return _with_ids(lines)


def _of_csv(text: str) -> Iterator[Line]:
    rows = csv.DictReader(io.StringIO(text))
    names = set(rows.fieldnames or [])
    if len(names) == 1 and ";" in "".join(names):
        raise ValidationError(_("The columns must be separated by commas; this file seems to use semicolons."))
    missing = {"platform"} - names | ({"external_id"} if not names & {"external_id", "handle"} else set())
    if missing:
        raise ValidationError(
            _("The first line must name the columns platform and external_id (or handle); missing: %(missing)s."),
            params={"missing": ", ".join(sorted(missing))},
        )
    for number, row in enumerate(rows, start=2):
        yield _line(number, row)


def _of_json(text: str) -> Iterator[Line]:
    for number, said in enumerate(text.splitlines(), start=1):
        if not said.strip():
            continue
        try:
            row = json.loads(said)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise ValidationError(_("Line %(line)s is no JSON object."), params={"line": number})
        yield _line(number, row)


def _line(number: int, row: dict[str, Any]) -> Line:
    said = [row.get(name) for name in ("platform", "external_id", "handle")]
    platform, external_id, handle = (one.strip() if isinstance(one, str) else "" for one in said)
    if not platform or not (external_id or handle):
        raise ValidationError(_("Line %(line)s lacks a value."), params={"line": number})
    return number, platform, external_id, "" if external_id else handle.removeprefix("@")


def _with_ids(lines: Sequence[Line]) -> list[tuple[str, str]]:
    known = accounts.ids_by_handle([(platform, handle) for _number, platform, _id, handle in lines if handle])
    pairs = []
    for number, platform, external_id, handle in lines:
        found = known.get((platform, handle.lower()), []) if handle else [external_id]
        if len(found) > 1:
            raise ValidationError(
                _(
                    "Line %(line)s: %(count)s accounts on %(platform)s have the handle @%(handle)s. "
                    "Give the external id."
                ),
                params={"line": number, "count": len(found), "platform": platform, "handle": handle},
            )
        pairs.append((platform, found[0] if found else f"@{handle}"))
    return pairs

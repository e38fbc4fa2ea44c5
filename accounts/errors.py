"""The refusals of this package that callers tell apart."""

from common.problems import declare

declare(
    "unknown-platform",
    422,
    "The platform is not known here",
    "Use the slug of a platform that the operator has added.",
    detail="platform: 'nowhere' is not known here. Add it with `manage.py platform create`.",
    fields={"platform": "'nowhere' is not known here"},
)

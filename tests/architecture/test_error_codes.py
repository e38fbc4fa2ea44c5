"""The codes of problems are stable: callers tell refusals apart by them. A new one is added here, none is renamed."""

import ast

from tests.architecture.doors import PACKAGES, ROOT

CODES = {
    "already-suspended",
    "approval-expired",
    "approval-needed",
    "being-sent",
    "bad-idempotency-key",
    "batch-state",
    "broken-encoding",
    "cannot-act-for",
    "case-claimed",
    "case-not-handed",
    "case-not-waiting",
    "case-open",
    "claim-lost",
    "clock-paused",
    "clock-running",
    "client-needed",
    "conflict",
    "cut-short",
    "decision-not-standing",
    "definition-changed",
    "endpoint-active",
    "endpoint-disabled",
    "evidence-changed",
    "express-case",
    "flag-decided",
    "idempotency-key-in-flight",
    "idempotency-key-reused",
    "invalid",
    "key-expired",
    "key-revoked",
    "key-unknown",
    "keeps-only",
    "list-changed",
    "newer-case",
    "no-award",
    "no-clock",
    "nothing-failed",
    "nothing-to-revert",
    "not-allowed",
    "not-found",
    "not-json",
    "not-signed-in",
    "no-question",
    "not-proposed",
    "not-suspended",
    "order-answered",
    "own-batch",
    "own-proposal",
    "person-needed",
    "queue-of-others",
    "ragged-line",
    "reference-reused",
    "restriction-claimed",
    "restriction-lifted",
    "rule-in-force",
    "scope-missing",
    "second-person-needed",
    "source-suspended",
    "supervisor-needed",
    "threat-acknowledged",
    "threat-raised",
    "too-deep",
    "too-large",
    "too-late",
    "too-many-endpoints",
    "too-many-calls",
    "too-many-keys",
    "too-many-views",
    "unavailable",
    "unknown-platform",
    "unknown-row",
    "unknown-statistic",
    "unsupported-encoding",
    "unsupported-media-type",
    "warning-needed",
}


def test_every_code_is_known() -> None:
    found = {
        code for package in PACKAGES for file in (ROOT / package).rglob("*.py") for code in _codes(file.read_text())
    }
    assert found == CODES


def _codes(source: str) -> set[str]:
    """Codes given as `code="…"`, in a call that makes an error or as a class's own."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and any(
            "Error" in base or base in _KINDS for base in map(ast.unparse, node.bases)
        ):
            found |= {
                part.value.value
                for part in node.body
                if isinstance(part, ast.Assign | ast.AnnAssign)
                and isinstance(part.value, ast.Constant)
                and isinstance(part.value.value, str)
                and "code" in ast.unparse(part.targets[0] if isinstance(part, ast.Assign) else part.target)
            }
        if isinstance(node, ast.Call):
            found |= {
                word.value.value
                for word in node.keywords
                if word.arg == "code" and isinstance(word.value, ast.Constant) and isinstance(word.value.value, str)
            }
    return found


_KINDS = {"Invalid", "NotSignedIn", "NotAllowed", "NotFound", "Conflict", "TooLarge", "Unavailable"}

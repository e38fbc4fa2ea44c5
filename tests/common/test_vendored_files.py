"""Third-party files of the pages and of the browser tests are exactly what their manifests say."""

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = [ROOT / "static/vendor/manifest.json", ROOT / "tests/browser/vendor/manifest.json"]


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_vendored_file_has_the_hash_it_came_with(manifest: Path) -> None:
    told = {entry["file"]: entry["sha256"] for entry in json.loads(manifest.read_text())}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in manifest.parent.glob("*.js")}
    assert found == told

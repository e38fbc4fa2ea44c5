"""What the template language lets pass, and a person would see."""

from tests.architecture.doors import ROOT


def test_every_comment_ends_on_its_line() -> None:
    """Django takes `{# … #}` over two lines for words of the page."""
    lines = [(path.name, line) for path in ROOT.glob("templates/**/*.html") for line in path.read_text().splitlines()]
    assert len(lines) > 1000
    assert [found for found in lines if found[1].count("{#") != found[1].count("#}")] == []

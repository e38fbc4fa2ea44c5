"""What is encrypted comes back for its own purpose alone, and only under the same secret key."""

import pytest

from common.encryption import Unreadable, decrypt, encrypt, keyed_digest


def test_what_was_encrypted_comes_back() -> None:
    assert decrypt(encrypt("geheim ✓", purpose="a"), purpose="a") == "geheim ✓"


def test_the_same_twice_looks_different() -> None:
    assert encrypt("one", purpose="a") != encrypt("one", purpose="a")


def test_another_purpose_reads_nothing() -> None:
    with pytest.raises(Unreadable):
        decrypt(encrypt("one", purpose="a"), purpose="b")


def test_another_secret_key_reads_nothing(settings: object) -> None:
    token = encrypt("one", purpose="a")
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    with pytest.raises(Unreadable):
        decrypt(token, purpose="a")


def test_what_was_touched_is_refused() -> None:
    token = encrypt("one", purpose="a")
    with pytest.raises(Unreadable):
        decrypt(token[:-4] + "AAA=", purpose="a")


def test_a_digest_tells_its_parts_apart() -> None:
    """Parts are framed: where one ends and the next begins counts."""
    digests = [keyed_digest("ab", "c", purpose="a"), keyed_digest("a", "bc", purpose="a")]
    digests += [keyed_digest("abc", purpose="a"), keyed_digest("ab", "c", purpose="b")]
    assert len(set(digests)) == 4
    assert digests[0] == keyed_digest("ab", "c", purpose="a")

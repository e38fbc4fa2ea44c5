"""Figures, languages and drawings as people read them."""

from datetime import timedelta

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from common.languages import direction, language_name, text_direction
from common.presentation import clock, duration, listed, named, number, percent, spark_paths


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (600, "10 min"),
        (5 * 3600 + 120, "5 h 02 min"),
        (2 * 86400 + 7 * 3600 + 59 * 60, "2 d 7 h"),
        (-5, "0 s"),
        (None, "–"),
    ],
)
def test_duration_shows_the_two_greatest_units(seconds, words):
    assert duration(seconds) == words


def test_duration_takes_a_timedelta():
    assert duration(timedelta(hours=1)) == "1 h 00 min"


def test_number_separates_thousands_and_shows_a_minus_sign():
    assert (number(1234567), number(-3.14159, 2), number(None)) == ("1,234,567", "−3.14", "–")


def test_percent_takes_a_share():
    assert (percent(0.1234), percent(None)) == ("12.3\u00a0%", "–")


def test_clock_shows_minutes_and_seconds():
    assert (clock(252), clock(9), clock(-1)) == ("4:12", "0:09", "0:00")


@pytest.mark.parametrize(
    ("tag", "name", "way"),
    [
        ("ar", "Arabic", "rtl"),
        ("AR-eg", "Arabic", "rtl"),
        ("en", "English", "ltr"),
        ("pt-BR", "Brazilian Portuguese", "ltr"),
        ("ckb", "Central Kurdish", "rtl"),
        ("az-Arab", "Azerbaijani", "rtl"),
        ("", "Unknown language", "auto"),
        ("und", "Unknown language", "auto"),
        ("qqq", "qqq", "ltr"),
    ],
)
def test_language_has_a_name_and_a_direction(tag, name, way):
    assert (language_name(tag), direction(tag)) == (name, way)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("@user000150 يا عمي طيب https://t.co/removed", "rtl"),
        ("US stocks slightly lower #business", "ltr"),
        ("2017: 100 %", "auto"),
        ("", "auto"),
    ],
)
def test_text_reads_the_way_most_of_its_letters_do(text, way):
    assert text_direction(text) == way


def test_sparkline_never_crosses_a_gap():
    paths = spark_paths([1, 2, None, 3, 1], width=100, height=20, pad=0)
    assert paths.line == "M0.0 20.0 L25.0 10.0 M75.0 0.0 L100.0 20.0"


def test_sparkline_of_one_value_in_a_run_is_a_short_stroke():
    assert spark_paths([None, 5, None], width=100, height=20, pad=0).line == "M35.0 20.0 L65.0 20.0"


def test_sparkline_of_nothing_draws_nothing():
    assert spark_paths([None, None]).line == ""


def draw(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


def test_an_icon_is_hidden_from_screen_readers():
    assert 'aria-hidden="true"' in draw('{% icon "check" %}')


def test_an_icon_that_points_along_the_line_flips():
    assert 'class="icon icon-flip"' in draw('{% icon "back" %}')


def test_a_state_has_an_icon_and_an_escaped_word():
    html = draw('{% state word "good" "check" %}', word="<applied>")
    assert html.startswith('<span class="state state-good"><svg')
    assert "&lt;applied&gt;" in html


def test_severity_is_named_in_words():
    html = draw("{% severity 3 %}")
    assert 'aria-label="Severity 3 of 4"' in html
    assert html.count('class="on"') == 3


def test_a_dial_shows_the_share_that_is_left():
    assert 'stroke-dasharray="25.1 50.3"' in draw("{% dial 15 30 %}")


def test_query_sets_and_drops_keys():
    request = RequestFactory().get("/", {"q": "a b", "page": "3"})
    assert draw("{% query page=2 q=None lang='ar' %}", request=request) == "?page=2&amp;lang=ar"


def test_a_share_of_nothing_is_no_figure():
    assert draw("{{ 3|share_of:0|percent }} {{ 1|share_of:4|percent }}") == "– 25.0\u00a0%"


def test_a_variable_that_is_not_there_is_a_missing_value():
    assert draw("{{ page.nothing|number }} {{ page.nothing|number:1 }} {{ page.nothing|duration }}") == "– – –"


def test_a_language_puts_its_own_words_between_those_of_a_list() -> None:
    words = ["a", "b", "c"]
    assert (listed(words), named(words)) == ("a, b, c", "a, b and c")
    with translation.override("ar"):
        assert (listed(words), named(words)) == ("a، b، c", "a، b وc")


@pytest.mark.parametrize("words", [[], ["a"]])
def test_a_list_of_one_or_none_has_nothing_between(words: list[str]) -> None:
    assert named(words) == "".join(words)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(42, "42 ث"), (200, "3 د 20 ث"), (18_120, "5 س 02 د"), (198_000, "2 ي 7 س")]
)
def test_a_length_of_time_in_arabic(seconds: int, shown: str) -> None:
    with translation.override("ar"):
        assert duration(seconds) == shown


def test_languages_are_called_as_the_page_speaks() -> None:
    with translation.override("ar"):
        assert (language_name("ckb"), language_name("und")) == ("الكردية المركزية", "لغة غير معروفة")

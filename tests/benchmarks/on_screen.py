"""The next case on the screen: from Enter to the painted page, in Chromium, before the web process as `demo` starts it.

The moderator has looked at the case for a moment, so that the next one waits in the browser, as in earnest.
"""

import statistics

from playwright.sync_api import Page, sync_playwright

from staff.actors import Actor
from tests.benchmarks.serving import web
from tests.browser.chromium import SWITCHES, installed
from tests.browser.person import Person
from tests.cast import PASSWORD

CASES = 40
# From the key to the second frame that is drawn after main was replaced: then the case has been painted.
WATCH = """() => {
  const main = document.getElementById("main");
  const pressed = new AbortController();
  window.shown = new Promise((resolve) => addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    pressed.abort();
    const began = event.timeStamp;
    new MutationObserver((_, watcher) => {
      if (document.getElementById("main") === main) return;
      watcher.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - began)));
    }).observe(document.body, { childList: true });
  }, { capture: true, signal: pressed.signal }));
}"""


def next_case_ms(person: Actor) -> float | None:
    """The median of so many cases in a row; None where no Chromium is installed."""
    path = installed()
    if path is None:
        return None
    with web() as served, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        page = browser.new_page(base_url=f"http://127.0.0.1:{served.port}", viewport={"width": 1440, "height": 900})
        moderator = Person(page)
        moderator.sign_in(person.person().username, PASSWORD)
        moderator.press_and_move("n")
        samples = [_next(moderator, page) for _ in range(CASES)]
        browser.close()
    return statistics.median(samples)


def _next(moderator: Person, page: Page) -> float:
    page.evaluate(WATCH)
    with page.expect_response(lambda answer: answer.url.endswith("/ahead/")):
        moderator.press("1", "s")
    page.wait_for_timeout(300)
    moderator.press("Enter")
    return float(page.evaluate("window.shown"))

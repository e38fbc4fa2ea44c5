"""A person at the browser: signs in, presses keys, looks."""

from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page, expect

from tests.browser.keyboards import ArabicKeyboard, place_of

AXE = (Path(__file__).parent / "vendor" / "axe-core-4.14.1.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EXPECTED = ("responded with a status of 4", "Response Status Error Code 4")  # refusals that a test provokes
RUN_AXE = "rules => axe.run({runOnly: rules}).then(({violations}) => violations)"


class Person:
    """Whoever sits before `page`. `errors` are what the page's console got to hear."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        self.keyboard: ArabicKeyboard | None = None
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in EXPECTED):
            self.errors.append(message.text)

    def sign_in(self, username: str, password: str) -> None:
        """Through the form, as anybody."""
        self.page.goto("/sign-in/login/")
        self.page.fill("#id_login", username)
        self.page.fill("#id_password", password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)

    def goto(self, path: str) -> None:
        """Go to a page and wait until its scripts have run."""
        self.page.goto(path, wait_until="load")

    def press(self, *keys: str) -> None:
        """Press keys on the page that is open."""
        for key in keys:
            if self.keyboard and len(key) == 1:
                self.keyboard.press(place_of(key))
            else:
                self.page.keyboard.press(key)

    def take_an_arabic_keyboard(self) -> None:
        """From now on, letters and digits are pressed by their place on an Arabic keyboard."""
        self.keyboard = ArabicKeyboard(self.page)

    def press_and_move(self, key: str) -> None:
        """Press a key that leads to another page, and wait for it."""
        before = self.page.url
        self.press(key)
        self.page.wait_for_url(lambda url: url != before, wait_until="load")

    def sees(self, text: str) -> None:
        """Wait until `text` is on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def violations(self) -> list[str]:
        """What axe-core finds on the page: the rule, and the first places."""
        self.page.evaluate(AXE)
        return [
            f"{found['id']}: {[node['html'][:160] for node in found['nodes'][:3]]}"
            for found in self.page.evaluate(RUN_AXE, RULES)
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

"""Keyboards with other letters than ours: `event.key` is what the layout writes, `event.code` the key's place."""

from playwright.sync_api import Page

# what the keys of an Arabic keyboard write (layout "Arabic 101"), by their place
LETTERS = {
    "KeyE": "ث",
    "KeyG": "ل",
    "KeyH": "ا",
    "KeyJ": "ت",
    "KeyK": "ن",
    "KeyN": "ى",
    "KeyR": "ق",
    "KeyS": "س",
    "KeyU": "ع",
    "KeyV": "ر",
    "KeyX": "ء",
    "Digit1": "١",
    "Digit2": "٢",
    "Digit3": "٣",
    "Digit4": "٤",
    "Slash": "ظ",
}


class ArabicKeyboard:
    """Types on a page as such a keyboard does."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)

    def press(self, *codes: str) -> None:
        """Press the keys at these places, one after the other."""
        for code in codes:
            self._send(code, LETTERS[code])

    def press_shifted(self, code: str, letter: str) -> None:
        """Press a key while Shift is held, which writes `letter`."""
        self._send(code, letter, modifiers=8)

    def _send(self, code: str, letter: str, modifiers: int = 0) -> None:
        said = {"code": code, "key": letter, "modifiers": modifiers}
        self.session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": letter, **said})
        self.session.send("Input.dispatchKeyEvent", {"type": "keyUp", **said})


def place_of(key: str) -> str:
    """Where the key with this Latin letter or digit is."""
    return f"Digit{key}" if key.isdecimal() else f"Key{key.upper()}"

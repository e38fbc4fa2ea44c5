"""MediaWiki from Debian's packages, unpacked and not installed, on SQLite and PHP's own server."""

import http.cookiejar
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from moderation.launcher.ports import free_port
from takedowns.connectors.base import Reach
from tests.platforms.installing import installed, run
from tests.platforms.servers.processes import serving

_PHP: Final = "8.2"
_PHP_PACKAGES: Final = ("cli", "common", "intl", "mbstring", "xml", "sqlite3", "readline", "opcache")
_EXTENSIONS: Final = (
    *("ctype", "dom", "fileinfo", "iconv", "intl", "mbstring", "pdo", "pdo_sqlite", "posix", "simplexml", "sqlite3"),
    *("tokenizer", "xml", "xmlreader", "xmlwriter"),
)
_PASSWORD: Final = "a password for tests"
_BOT_PASSWORD: Final = "0123456789abcdefghijklmnopqrstuv"
_NO_SETTINGS: Final = {"PHP_INI_SCAN_DIR": "", "PHP_CLI_SERVER_WORKERS": ""}
_FOR_TESTS: Final = """
$wgRateLimits = [];
$wgPasswordAttemptThrottle = [];
$wgAccountCreationThrottle = [];
$wgPasswordConfig['pbkdf2']['cost'] = '1';
$wgMainCacheType = CACHE_ACCEL;
$wgJobRunRate = 0;
"""


class MediaWiki:
    """A running wiki: makes users, and edits in their name."""

    kind = "mediawiki"
    acting = b"action=block&"
    counts_effects = True
    limited = (
        200,
        {"MediaWiki-API-Error": "ratelimited", "Retry-After": "9"},
        {"error": {"code": "ratelimited", "info": "You've exceeded your rate limit."}},
    )
    limited_seconds = 9.0

    def __init__(self, url: str) -> None:
        self.url = f"{url}/api.php"
        self._numbers = count(1)
        self._sessions: dict[str, OpenerDirector] = {}
        self._sign_in("Admin")

    def reach(self, url: str = "") -> Reach:
        """How takedowns reach it, at its own address or another."""
        return Reach(url or self.url, (("user", "Admin@caseload"),), _BOT_PASSWORD)

    def wrong_reach(self) -> Reach:
        """The same with a credential that isn't one (any more)."""
        return Reach(self.url, (("user", "Admin@caseload"),), _BOT_PASSWORD[::-1])

    def new_account(self) -> str:
        """A user who is signed in, by name."""
        name = f"User {next(self._numbers)}"
        fields = {"username": name, "password": _PASSWORD, "retype": _PASSWORD, "createreturnurl": self.url}
        made = self.as_user("Admin", "createaccount", token="createaccount", **fields)
        assert made["createaccount"]["status"] == "PASS", made
        self._sign_in(name)
        return name

    def unknown_account(self) -> str:
        return "Nobody at all"

    def can_act(self, account: str) -> bool:
        """Whether the user can edit a page; the refusal is the one of blocked users."""
        said = self.as_user(account, "edit", title="Sandbox", appendtext=f"~~~~ {next(self._numbers)}")
        if "error" in said:
            assert said["error"]["code"] == "blocked", said
        return "error" not in said

    def effects(self, account: str) -> int:
        """How often the user was blocked, by the wiki's own log."""
        asked = {"list": "logevents", "letype": "block", "leaction": "block/block", "letitle": f"User:{account}"}
        return len(self.ask("Admin", action="query", **asked)["query"]["logevents"])

    def as_user(self, name: str, action: str, *, token: str = "csrf", **fields: str) -> Any:
        """A call in a user's name, with the token it needs."""
        tokens = self.ask(name, action="query", meta="tokens", type=token)["query"]["tokens"]
        field = "createtoken" if token == "createaccount" else "token"
        return self.ask(name, action=action, **fields, **{field: tokens[f"{token}token"]})

    def ask(self, name: str, **fields: str) -> Any:
        """A call in a user's session."""
        body = urlencode({"format": "json", "formatversion": "2", **fields}).encode()
        with self._sessions[name].open(self.url, body, timeout=30) as response:
            return json.loads(response.read())

    def _sign_in(self, name: str) -> None:
        self._sessions[name] = build_opener(HTTPCookieProcessor(http.cookiejar.CookieJar()))
        token = self.ask(name, action="query", meta="tokens", type="login")["query"]["tokens"]["logintoken"]
        said = self.ask(
            name, action="clientlogin", username=name, password=_PASSWORD, logintoken=token, loginreturnurl=self.url
        )
        assert said["clientlogin"]["status"] == "PASS", said


@contextmanager
def a_server(folder: Path) -> Iterator[MediaWiki]:
    """A wiki of one's own in `folder`. Raises CannotBeHad."""
    root = installed("mediawiki-debian-12", _install)
    wiki, port = root / "usr/share/mediawiki", free_port()
    php = [root / f"usr/bin/php{_PHP}", "-c", root / "php.ini"]
    url = f"http://127.0.0.1:{port}"
    where = ["--dbtype", "sqlite", "--dbname", "wiki", "--dbpath", folder, "--confpath", folder]
    named = ["--server", url, "--scriptpath", "", "--pass", _PASSWORD, "Wiki", "Admin"]
    run([*php, wiki / "maintenance/install.php", *where, *named], cwd=folder, environment=_NO_SETTINGS)
    settings = folder / "LocalSettings.php"
    with settings.open("a") as written:
        written.write(_FOR_TESTS)
    settings_at = {**_NO_SETTINGS, "MW_CONFIG_FILE": str(settings)}
    maintained = ["--appid", "caseload", "--grants", "basic,blockusers,highvolume", "Admin", _BOT_PASSWORD]
    run([*php, wiki / "maintenance/createBotPassword.php", *maintained], cwd=folder, environment=settings_at)
    with serving([*php, "-S", f"127.0.0.1:{port}", "-t", wiki], port=port, folder=folder, environment=settings_at):
        yield MediaWiki(url)


def _install(folder: Path) -> None:
    packages = ["mediawiki", "mediawiki-classes", *(f"php{_PHP}-{name}" for name in _PHP_PACKAGES)]
    run(["apt-get", "download", *packages], cwd=folder)
    for package in folder.glob("*.deb"):
        run(["dpkg", "-x", package, folder], cwd=folder)
        package.unlink()
    wiki = folder / "usr/share/mediawiki"
    for link in ("LocalSettings.php", "config", "extensions", "images"):
        (wiki / link).unlink(missing_ok=True)  # they lead out of the folder
    (wiki / "extensions").symlink_to("extensions-core")
    (wiki / "images").mkdir()
    libraries = next((folder / "usr/lib/php").glob("2*"))
    lines = [f"extension_dir={libraries}", "memory_limit=256M", "zend_extension=opcache", "opcache.enable_cli=1"]
    (folder / "php.ini").write_text("\n".join([*lines, *(f"extension={name}" for name in _EXTENSIONS), ""]))
    run([folder / f"usr/bin/php{_PHP}", "-c", folder / "php.ini", "-v"], cwd=folder, environment=_NO_SETTINGS)
    shutil.rmtree(folder / "usr/share/doc", ignore_errors=True)

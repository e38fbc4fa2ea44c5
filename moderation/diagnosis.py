"""What `doctor` looks at: one function per question, each with its answer and, when something is wrong, what to do."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis import Redis, RedisError

from common import clock
from moderation import vitals

POSTGRES_AT_LEAST = 15
REDIS_AT_LEAST = (6, 2)
SECRET_KEY_AT_LEAST = 50  # characters; Django's own measure (security.W009)
CLOCK_SECONDS = 2.0  # leases, undo windows and deadlines are compared across hosts
WORKER_SECONDS = 2.0


@dataclass(frozen=True)
class Finding:
    """One answer. `advice` is empty when nothing is to be done."""

    name: str
    ok: bool
    detail: str
    advice: str = ""

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def examine() -> list[Finding]:
    """Every finding, in the order in which things need each other."""
    questions: Iterable[Callable[[], Finding]] = (
        settings_of_django, secret_key, debug, database, migrations, host_clock, redis, workers, heartbeat, simulator,
    )  # fmt: skip
    return [question() for question in questions]


def settings_of_django() -> Finding:
    """Django's system checks, and our own among them."""
    found = [
        message for message in checks.run_checks() if message.level >= checks.WARNING and not message.is_silenced()
    ]
    if not found:
        return Finding("settings", True, "the system checks found nothing")
    texts = "; ".join(f"{message.id}: {message.msg}" for message in found)
    hints = "; ".join(str(message.hint) for message in found if message.hint)
    return Finding("settings", False, texts, hints or "Run `manage.py check` and follow its hints.")


def secret_key() -> Finding:
    """Whether the signing key is long enough not to be guessed."""
    length = len(settings.SECRET_KEY)
    if length >= SECRET_KEY_AT_LEAST:
        return Finding("secret key", True, f"{length} characters")
    advice = f"Set CASELOAD_SECRET_KEY to at least {SECRET_KEY_AT_LEAST} random characters."
    return Finding("secret key", False, f"only {length} characters", advice)


def debug() -> Finding:
    """Whether error pages keep their insides to themselves."""
    if settings.DEBUG:
        return Finding("debug", False, "on: error pages show settings and code", "Unset CASELOAD_DEBUG.")
    return Finding("debug", True, "off")


def database() -> Finding:
    """Whether PostgreSQL answers and is new enough."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            (version,) = cursor.fetchone()
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        return Finding("database", False, reason, "Start PostgreSQL, or correct DATABASE_URL.")
    if int(version.split(".")[0]) < POSTGRES_AT_LEAST:
        return Finding(
            "database", False, f"PostgreSQL {version}", f"Upgrade to PostgreSQL {POSTGRES_AT_LEAST} or newer."
        )
    return Finding("database", True, f"PostgreSQL {version}")


def migrations() -> Finding:
    """Whether the tables are those that the code expects."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return Finding("migrations", False, "unknown: the database doesn't answer", "See to the database first.")
    if missing:
        names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in missing[:5])
        return Finding("migrations", False, f"{len(missing)} not applied: {names}", "Run `manage.py migrate`.")
    return Finding("migrations", True, "all applied")


def host_clock() -> Finding:
    """How far this host's clock and the database's are apart."""
    try:
        with connection.cursor() as cursor:
            before = clock.now()
            cursor.execute("SELECT clock_timestamp()")
            (theirs,) = cursor.fetchone()
            after = clock.now()
    except DatabaseError:
        return Finding("clock", False, "unknown: the database doesn't answer", "See to the database first.")
    apart = abs((theirs - (before + (after - before) / 2)).total_seconds())
    if apart > CLOCK_SECONDS:
        advice = "Let both hosts take their time from NTP: leases and undo windows are compared between them."
        return Finding("clock", False, f"{apart:.1f} s apart from the database's", advice)
    return Finding("clock", True, f"{apart * 1000:.0f} ms apart from the database's")


def redis() -> Finding:
    """Whether Redis answers and is new enough, where it tells its version (fakeredis doesn't)."""
    if vitals.redis() != vitals.OK:
        return Finding(
            "redis", False, "no answer", "Start Redis, or correct REDIS_URL. Nothing of record is lost with it."
        )
    version = _redis_version()
    if version and tuple(map(int, version.split(".")[:2])) < REDIS_AT_LEAST:
        return Finding(
            "redis", False, f"Redis {version}", f"Upgrade to Redis {'.'.join(map(str, REDIS_AT_LEAST))} or newer."
        )
    return Finding("redis", True, f"Redis {version}" if version else "answers, without telling its version")


def _redis_version() -> str:
    try:
        with Redis.from_url(settings.CACHES["default"]["LOCATION"], socket_timeout=vitals.ANSWER_SECONDS) as client:
            return str(client.info("server").get("redis_version", ""))
    except RedisError:  # an imitation without INFO
        return ""


def workers() -> Finding:
    """Which Celery workers answer."""
    names = vitals.workers(timeout_seconds=WORKER_SECONDS)
    if not names:
        advice = "Start all with `manage.py demo`, or `celery -A moderation worker`. Decisions wait in their rows."
        return Finding("workers", False, "none answers", advice)
    return Finding("workers", True, ", ".join(names))


def heartbeat() -> Finding:
    """Whether beat's messages reach a worker."""
    if vitals.redis() != vitals.OK:
        return Finding("beat", False, "unknown: Redis doesn't answer", "See to Redis first.")
    pulse = vitals.pulse()
    if pulse["beat"] == vitals.OK:
        return Finding("beat", True, "its heartbeat arrives")
    if pulse["worker"] != vitals.OK:
        return Finding("beat", False, "unknown: no worker passes on its heartbeat", "See to the workers first.")
    return Finding(
        "beat", False, pulse["beat"], "Start one, and only one: `celery -A moderation beat`. Sweeps wait for it."
    )


def simulator() -> Finding:
    """Whether the simulated platform answers, where there is one."""
    url = settings.CASELOAD["SIMULATOR_URL"]
    if not url:
        return Finding("simulator", True, "none is used")
    if vitals.simulator() != vitals.OK:
        return Finding(
            "simulator",
            False,
            f"no answer at {url}",
            "Start it: `manage.py demo` does, or unset CASELOAD_SIMULATOR_URL.",
        )
    return Finding("simulator", True, f"answers at {url}")

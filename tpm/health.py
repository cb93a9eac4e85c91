"""Whether each part works, as pages for machines and as sentences for people."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import KombuError

from tpm import heartbeat
from tpm.celery import app


@dataclass(frozen=True)
class Finding:
    """What one part looks like, and what to do where it fails."""

    part: str
    works: bool
    says: str
    next_step: str = ""


def database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Finding(
            "database",
            False,
            f"{_database_name()} does not answer ({type(error).__name__}).",
            "Start the database, and check DATABASE_URL and DATABASE_PASSWORD_FILE.",
        )
    return Finding("database", True, f"{_database_name()} answers.")


def _database_name() -> str:
    """Which kind of database; where it stands is nobody's business on a public page."""
    return "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"


def migrations() -> Finding:
    part, step = "migrations", "Run `python manage.py migrate` with this version of the app."
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return Finding(part, False, "Unknown while the database does not answer.", step)
    if waiting:
        return Finding(part, False, f"{len(waiting)} not applied, first {waiting[0][0]}.", step)
    return Finding(part, True, "All applied.")


def broker() -> Finding:
    scheme = settings.BROKER_URL.partition(":")[0]
    try:
        with app.connection_for_write(settings.BROKER_URL) as link:
            link.ensure_connection(max_retries=0, interval_start=0, timeout=3)
            waiting = link.default_channel.queue_declare("celery").message_count
    except (KombuError, OSError) as error:
        return Finding(
            "broker",
            False,
            f"The {scheme} broker does not answer ({type(error).__name__}).",
            "Start the broker and check BROKER_URL. Nothing is lost: the sweep catches up.",
        )
    return Finding("broker", True, f"The {scheme} broker answers; {waiting} tasks wait.")


def worker() -> Finding:
    return _alive(heartbeat.WORKER, "The worker", heartbeat.SILENT_AFTER)


def beat() -> Finding:
    return _alive(heartbeat.BEAT, "The scheduler (beat)", heartbeat.SILENT_AFTER)


def _alive(name: str, title: str, limit: timedelta) -> Finding:
    step = (
        f"Start the {name}: `make run` does it here, `docker compose up -d {name}` in production. "
        "If it runs, read its log."
    )
    try:
        age = heartbeat.age(name)
    except DatabaseError:
        return Finding(name, False, "Unknown while the database does not answer.", step)
    if age is None:
        return Finding(name, False, f"{title} has never given a sign of life.", step)
    says = f"{title} gave a sign of life {_ago(age)} ago."
    return Finding(name, age <= limit, says, "" if age <= limit else step)


def _ago(age: timedelta) -> str:
    seconds = int(age.total_seconds())
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}s"
    return f"{seconds} seconds"


READY: tuple[Callable[[], Finding], ...] = (database, migrations, broker, worker, beat)


def readiness() -> Iterator[Finding]:
    """What must work before people can, in the order in which to repair it."""
    return (check() for check in READY)


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers; it says nothing of the parts behind it."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every part works, else 503 with what fails and the next step."""
    findings = list(readiness())
    failing = [finding.part for finding in findings if not finding.works]
    parts = {
        finding.part: {"works": finding.works, "says": finding.says, "next_step": finding.next_step}
        for finding in findings
    }
    answer = JsonResponse(
        {"ready": not failing, "failing": failing, "parts": parts}, status=503 if failing else 200
    )
    # Django logs every 503 as an error unless told that somebody did; this one is an answer.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer

import platform
import shutil
import stat
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from roadmaps.forecasting.extras import extras
from tpm import __version__, health
from tpm.health import Finding


class Command(BaseCommand):
    help = "Say what works, what does not, and the next step for each."
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("parts", nargs="*", help="only these, for example: worker beat")

    def handle(self, *args, parts: list[str], **options) -> None:
        findings = list(all_findings(parts))
        if not findings:
            raise CommandError(f"No such part: {', '.join(parts)}.")
        if not parts:
            self.stdout.write(f"TPM {__version__}, Python {platform.python_version()}")
        for finding in findings:
            mark = self.style.SUCCESS("ok  ") if finding.works else self.style.ERROR("FAIL")
            self.stdout.write(f"{mark} {finding.part:<13} {finding.says}")
            if finding.next_step:
                self.stdout.write(f"     {'':<13} Next: {finding.next_step}")
        failing = [finding.part for finding in findings if not finding.works]
        if failing:
            raise CommandError(f"{len(failing)} of {len(findings)} fail: {', '.join(failing)}.")


def all_findings(parts: list[str]) -> Iterator[Finding]:
    checks = [*health.READY, administrator, data_folder, secret, static_files, mail, engine]
    return (
        check()
        for check in checks
        if not parts or check.__name__ in parts or check.__name__.replace("_", "-") in parts
    )


def administrator() -> Finding:
    try:
        there = get_user_model().objects.filter(is_superuser=True, is_active=True).exists()
    except DatabaseError:
        return Finding("administrator", False, "Unknown while the database does not answer.")
    if there:
        return Finding("administrator", True, "The workspace has an administrator.")
    step = "Open the app in a browser: its first page makes one."
    return Finding("administrator", False, "The workspace has no administrator.", step)


def data_folder() -> Finding:
    free = shutil.disk_usage(settings.DATA_DIR).free / 2**30
    step = "Make room, or name a folder on a larger disk in TPM_DATA_DIR."
    says = f"{settings.DATA_DIR} has {free:.1f} GiB free."
    return Finding("data folder", free >= 1, says, "" if free >= 1 else step)


def secret() -> Finding:
    path = settings.DATA_DIR / "tpm-secret-key"
    if not path.exists():
        return Finding("secret", True, "The secret key comes from the environment.")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        step = f"Run `chmod 600 {path}`."
        return Finding("secret", False, f"Others may read {path} (mode {mode:o}).", step)
    return Finding("secret", True, "The secret key is kept in the data folder, for its owner only.")


def static_files() -> Finding:
    if settings.DEBUG or (settings.STATIC_ROOT / "staticfiles.json").exists():
        return Finding("static files", True, "Styles and scripts are prepared.")
    step = "Run `python manage.py collectstatic --no-input`; `make run` does it by itself."
    return Finding("static files", False, f"None are prepared in {settings.STATIC_ROOT}.", step)


def mail() -> Finding:
    backend = str(settings.MAILERS["default"]["BACKEND"])
    says = (
        "Mail goes through the server in TPM_MAIL_HOST."
        if backend.endswith("smtp.EmailBackend")
        else "No mail server is named (TPM_MAIL_HOST): what would be sent is printed instead."
    )
    return Finding("mail", True, says)


def engine() -> Finding:
    found = extras()
    here = [f"{name} {version}" for name, version in found.items() if version]
    missing = [name for name, version in found.items() if not version]
    says = f"Forecasts and schedules use numpy{''.join(f', {name}' for name in here)}."
    if missing:
        says += f" Without {' and '.join(missing)} they are the same, slower."
    return Finding("engine", True, says)

import argparse
import json
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from roadmaps import import_services
from roadmaps.importing import SOURCES, Options, Unreadable
from tpm.models import Product

LISTED = 20


class Command(BaseCommand):
    help = "Import items from a Jira, Linear or GitHub export, or from a table with titles."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--product", required=True, metavar="KEY")
        parser.add_argument("--dry-run", action="store_true", help="say what it would do")
        parser.add_argument("--json", action="store_true", help="print the whole report as JSON")
        parser.add_argument("--source", choices=list(SOURCES), default="", help="else guessed")
        parser.add_argument("--instance", default="", help="tells two installations apart")
        parser.add_argument("--zone", default="UTC", help="of times written without a zone")
        parser.add_argument("--dates", choices=["day", "month"], help="which stands first in 3/4")
        parser.add_argument("--days-per-point", type=float, help="person-days in a story point")
        parser.add_argument(
            "--take-file", action="store_true", help="let the file win over hand edits"
        )
        parser.add_argument("--by", metavar="USERNAME", help="else the first administrator")

    def handle(self, *args, file: Path, product: str, **options) -> None:
        plan = Product.objects.filter(key__iexact=product).first()
        if plan is None:
            known = ", ".join(Product.objects.order_by("key").values_list("key", flat=True))
            raise CommandError(f"There is no product {product}. There are: {known or 'none'}.")
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        chosen = Options(
            source=options["source"],
            instance=options["instance"],
            zone=options["zone"],
            day_first={"day": True, "month": False}.get(options["dates"]),
            days_per_point=options["days_per_point"],
            hours_per_day=plan.hours_per_day,
        )
        by = importer(options["by"])
        take_file = options["take_file"]
        try:
            if options["dry_run"]:
                _, seen = import_services.preview_file(
                    plan, file, by=by, options=chosen, take_file=take_file
                )
                report = seen.report
            else:
                report = import_services.import_file(
                    plan, file, by=by, options=chosen, take_file=take_file
                )
        except Unreadable as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=2, ensure_ascii=False))
        else:
            self.say(report, dry_run=options["dry_run"])

    def say(self, report: dict[str, Any], *, dry_run: bool) -> None:
        """Print a report in words: counts, columns, then what needs a look."""
        self.stdout.write("Nothing is written; importing would do this:" if dry_run else "Done.")
        for name, value in report.items():
            if not isinstance(value, list | dict):
                self.stdout.write(f"  {name}: {value}")
        for name in ("columns", "words"):
            self.stdout.write(self.style.MIGRATE_HEADING(name.capitalize()))
            for row in report[name]:
                self.stdout.write(
                    "  " + "  ".join(str(part) for part in row.values() if part != "")
                )
        for name in ("questions", "notes", "left out because they would close a loop"):
            for sentence in report[name]:
                self.stdout.write(self.style.WARNING(f"{name.capitalize()}: {sentence}"))
        for name in ("hand edits kept", "problems"):
            for row in report[name][:LISTED]:
                self.stdout.write(self.style.WARNING(f"{name}: {row}"))
            if len(report[name]) > LISTED:
                self.stdout.write(f"  and {len(report[name]) - LISTED:,} more; see --json")


def importer(username: str | None):
    """Who imports: history names somebody for every change."""
    users = get_user_model().objects.filter(is_active=True)
    found = users.filter(username=username) if username else users.filter(is_superuser=True)
    by = found.order_by("pk").first()
    if by is None:
        raise CommandError(
            f"There is no active user {username}."
            if username
            else "There is no administrator yet; name a user with --by."
        )
    return by

import argparse
from pathlib import Path

from django.core.management.base import CommandError

from debt import scans
from debt.scan_services.commanding import ScanCommand


class Command(ScanCommand):
    help = "Take in the report of a scanner: SARIF, GitLab, SonarQube, ESLint, or a table."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        super().add_arguments(parser)
        parser.add_argument(
            "--complete", action="store_true", help="the report has all findings: close others"
        )
        parser.add_argument("--tool", default="", help="its name, where the report has none")
        parser.add_argument("--prefix", default="", help="the checkout in absolute paths")
        parser.add_argument("--format", default="", choices=["", *scans.FORMATS], help="else seen")
        parser.add_argument("--key", default="", help="the same key again takes nothing in")

    def handle(self, *args, file: Path, complete: bool, **options) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        target = self.target(options, complete=complete, key=options["key"], name=file.name)
        try:
            self.take_in(target, scans.read_path(file, target.options), options)
        except scans.Unreadable as refusal:
            raise CommandError(str(refusal)) from refusal

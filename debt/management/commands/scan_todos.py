import argparse
from pathlib import Path

from django.core.management.base import CommandError

from debt.scan_services.commanding import ScanCommand
from debt.scans import Unreadable
from debt.scans.todos import scan


class Command(ScanCommand):
    help = "Take in the TODO, FIXME, HACK and XXX comments of a folder; all of them, each time."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("dir", type=Path, metavar="DIR")
        super().add_arguments(parser)

    def handle(self, *args, dir: Path, **options) -> None:
        target = self.target(options, complete=True, name=dir.resolve().name)
        try:
            self.take_in(target, scan(dir, within=options["folder"]), options)
        except Unreadable as refusal:
            raise CommandError(str(refusal)) from refusal

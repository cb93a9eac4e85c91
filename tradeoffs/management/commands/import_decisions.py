import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from roadmaps.management.commands.import_items import importer
from tpm.models import Product
from tradeoffs import import_services
from tradeoffs.import_services import Refused, Source

LISTED = 40


class Command(BaseCommand):
    help = "Import decision records (adr-tools, MADR, log4brains, Nygard) from a folder or a zip."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("dir", type=Path, metavar="DIR")
        parser.add_argument("--product", required=True, metavar="KEY")
        parser.add_argument("--collection", default="", help="else the name of the folder")
        parser.add_argument("--dry-run", action="store_true", help="say what it would do")
        parser.add_argument("--json", action="store_true", help="print the whole report as JSON")
        parser.add_argument("--by", metavar="USERNAME", help="else the first administrator")

    def handle(self, *args, dir: Path, product: str, **options) -> None:
        plan = Product.objects.filter(key__iexact=product).first()
        if plan is None:
            known = ", ".join(Product.objects.order_by("key").values_list("key", flat=True))
            raise CommandError(f"There is no product {product}. There are: {known or 'none'}.")
        try:
            source = source_of(dir, options["collection"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["dry_run"]:
            _, report = import_services.preview_records(plan, source)
        else:
            by = importer(options["by"])
            report = import_services.import_records(plan, source, by=by)
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=2, ensure_ascii=False))
        else:
            self.say(report)

    def say(self, report: dict[str, Any]) -> None:
        """Print a report in words: counts, records, then what needs a look."""
        dry = report["dry_run"]
        self.stdout.write("Nothing is written; importing would do this:" if dry else "Done.")
        for name, count in report["counts"].items():
            self.stdout.write(f"  {name.replace('_', ' ')}: {count}")
        said = ", ".join(f"{name} {count}" for name, count in report["statuses"].items())
        self.stdout.write(f"  statuses: {said or 'none'}")
        for row in report["records"][:LISTED]:
            key = f" {row['key']}" if row["key"] else ""
            self.stdout.write(f"  {row['path']}: {row['status']}, {row['what']}{key}")
        if len(report["records"]) > LISTED:
            self.stdout.write(f"  and {len(report['records']) - LISTED:,} more; see --json")
        for edge in report["supersession_edges"]:
            self.stdout.write(f"  {edge['new']} replaces {edge['old']}")
        for row in report["skipped"]:
            self.stdout.write(f"  passed over {row['path']}: {row['reason']}")
        for row in report["warnings"]:
            self.stdout.write(self.style.WARNING(f"{row['path']}: {row['warning']}"))
        for sentence in report.get("left_out", []):
            self.stdout.write(self.style.WARNING(f"Left out: {sentence}"))


def source_of(path: Path, collection: str) -> Source:
    """A folder, or a zip archive of one. raises: Refused"""
    if path.is_file():
        with path.open("rb") as file:
            return import_services.from_zip(file, collection or path.stem)
    return import_services.from_folder(path, collection)

"""What the two commands share: whose report it is, and how its report is said."""

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from debt.scan_services.applying import LetGo, import_report
from debt.scan_services.comparing import preview
from debt.scan_services.targets import Target, options_for
from debt.scans import Report
from debt.scans.planning import LISTS
from roadmaps.management.commands.import_items import importer
from tpm.models import Component, Product

LISTED = 20


class ScanCommand(BaseCommand):
    """A command that takes findings in."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--component", required=True, metavar="KEY")
        parser.add_argument("--product", default="", metavar="KEY", help="where several use it")
        parser.add_argument("--branch", default="", help="else the default branch")
        parser.add_argument("--folder", default="", help="the part of the repository scanned")
        parser.add_argument("--configuration", default="", help="tells two runs of a tool apart")
        parser.add_argument("--dry-run", action="store_true", help="say what it would do")
        parser.add_argument("--json", action="store_true", help="print the whole report as JSON")
        parser.add_argument("--by", metavar="USERNAME", help="else the first administrator")

    def target(self, said: dict[str, Any], **more: Any) -> Target:
        """raises: CommandError that names what there is"""
        component = Component.objects.filter(key=said["component"].lower()).first()
        if component is None:
            keys = ", ".join(Component.objects.values_list("key", flat=True)[:40])
            raise CommandError(
                f"There is no component {said['component']}. There are: {keys or 'none'}."
            )
        product = product_of(component, said["product"])
        options = options_for(product, component, said)
        return Target(
            product, component, branch=said["branch"], folder=said["folder"], options=options,
            **more,
        )  # fmt: skip

    def take_in(self, target: Target, report: Report, said: dict[str, Any]) -> None:
        """raises: Unreadable"""
        if said["dry_run"]:
            answer = preview(target, report)
        else:
            try:
                answer = import_report(target, report, by=importer(said["by"]))
            except LetGo as ended:
                raise CommandError(str(ended)) from ended
        if said["json"]:
            self.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False))
        else:
            self.say(answer)

    def say(self, report: dict[str, Any]) -> None:
        """Print a report in words: counts, then what needs a look."""
        dry = report["dry_run"]
        self.stdout.write("Nothing is written; taking it in would do this:" if dry else "Done.")
        for name, count in report["counts"].items():
            self.stdout.write(f"  {name}: {count}")
        for sentence in (*report["notes"], *report["warnings"]):
            self.stdout.write(self.style.WARNING(sentence))
        for name in LISTS:
            if name == "kept" or not report[name]:
                continue
            self.stdout.write(self.style.MIGRATE_HEADING(name.capitalize()))
            for row in report[name][:LISTED]:
                line = f":{row['line']}" if row["line"] else ""
                self.stdout.write(f"  {row['path']}{line} {row['rule']}: {row['reason']}")
            if len(report[name]) > LISTED:
                self.stdout.write(f"  and {len(report[name]) - LISTED:,} more; see --json")


def product_of(component: Component, key: str) -> Product:
    """The product that is meant. raises: CommandError where that is not clear"""
    products = component.products.order_by("key")
    if key:
        found = products.filter(key__iexact=key).first()
        if found is None:
            raise CommandError(f"Product {key} does not use {component.key}.")
        return found
    several = list(products[:2])
    if len(several) != 1:
        keys = ", ".join(products.values_list("key", flat=True)) or "none"
        raise CommandError(f"Say the product with --product. {component.key} is used by: {keys}.")
    return several[0]

import argparse
import datetime
import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from debt import owning, services
from debt.mining.codeowners import Problem
from debt.mining.git import Refused
from debt.models import HistoryRun
from roadmaps.management.commands.import_items import importer
from tpm.models import Component, Product


class Command(BaseCommand):
    help = "Read a git repository's history: how often each part of the code is changed."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("repository", type=Path, help="a folder, bare or not; it is only read")
        parser.add_argument("--product", metavar="KEY")
        parser.add_argument(
            "--component", metavar="KEY", help="where the whole repository is one component"
        )
        parser.add_argument("--since", type=datetime.date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--branch", default="", help="else the one that HEAD names")
        parser.add_argument("--name", default="", help="what it is called here; else its folder")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument("--by", metavar="USERNAME", help="else the first administrator")

    def handle(self, *args, repository: Path, **options) -> None:
        component = component_named(options["component"])
        product = product_named(options["product"], component)
        try:
            run = services.read_repository(
                product,
                repository,
                by=importer(options["by"]),
                component=component,
                name=options["name"],
                branch=options["branch"],
                since=options["since"],
            )
        except (Refused, services.Overtaken) as refusal:
            raise CommandError(str(refusal)) from refusal
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        report = report_of(run)
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=2, ensure_ascii=False))
        else:
            for name, value in report.items():
                if value not in ("", [], {}, None):
                    self.stdout.write(f"{name}: {value}")


def component_named(key: str | None) -> Component | None:
    if not key:
        return None
    found = Component.objects.filter(key=key).first()
    if found is None:
        raise CommandError(f"There is no component {key}.")
    return found


def product_named(key: str | None, component: Component | None) -> Product:
    """The product that is named, or the only one that the component belongs to."""
    if key:
        found = Product.objects.filter(key__iexact=key).first()
        if found is None:
            known = ", ".join(Product.objects.order_by("key").values_list("key", flat=True))
            raise CommandError(f"There is no product {key}. There are: {known or 'none'}.")
        if component is not None and not found.components.filter(pk=component.pk).exists():
            raise CommandError(f"{found.name} does not use the component {component.key}.")
        return found
    products = list(component.products.all()[:2]) if component else []
    if len(products) != 1:
        raise CommandError("Name the product with --product KEY.")
    return products[0]


def report_of(run: HistoryRun) -> dict[str, Any]:
    """What a reading did, by name."""
    files = [row for row in owning.files_of(run.product) if row.repository == run.repository]
    problems = [Problem(*problem) for row in files for problem in row.problems]
    return {
        "run": run.pk,
        "product": run.product.key,
        "repository": run.repository,
        "tip": run.tip,
        "went on from": run.after,
        "rewritten": run.rewritten,
        "commits read": run.read,
        "changes": run.counted,
        "left out": run.left_out,
        "first day": run.first_day and run.first_day.isoformat(),
        "last day": run.last_day and run.last_day.isoformat(),
        "kept in full": run.changes.count(),
        "files": run.files_in_all,
        "components": sorted(run.months),
        "notes": run.notes,
        "code owners": next((row.note or row.place for row in files), ""),
        "code owners, not understood": [f"line {one.line}: {one.why}" for one in problems],
    }

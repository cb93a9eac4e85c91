import argparse
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from tpm.models import Product
from tradeoffs import exporting
from tradeoffs.models import Collection, Decision


class Command(BaseCommand):
    help = (
        "Write decision records into a folder, as PRODUCT/COLLECTION/file. --product leaves the "
        "first folder away, --collection both: straight back into a repository."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("dir", type=Path, metavar="DIR")
        parser.add_argument("--product", default="", metavar="KEY", help="else every product")
        parser.add_argument("--collection", default="", help="only what came from this one")
        parser.add_argument(
            "--style", choices=exporting.FORMATS, default="madr",
            help="of decisions that came from no file",
        )  # fmt: skip

    def handle(
        self, *args, dir: Path, product: str, collection: str, style: str, **options
    ) -> None:
        decisions = Decision.objects.all()
        if product:
            plan = Product.objects.filter(key__iexact=product).first()
            if plan is None:
                raise CommandError(f"There is no product {product}.")
            decisions = decisions.filter(product=plan)
        if collection:
            found = Collection.objects.filter(name=collection)
            found = found.filter(product__key__iexact=product) if product else found
            if found.count() != 1:
                names = ", ".join(Collection.objects.values_list("name", flat=True)) or "none"
                raise CommandError(
                    f"{found.count()} collections are called {collection}; there are: {names}. "
                    "Name the product too where several have it."
                )
            decisions = decisions.filter(file__collection__in=found)
        strip = 2 if collection else 1 if product else 0
        files = exporting.exported(decisions, viewer=None, style=style)
        written = exporting.write_folder(files, dir, strip=strip)
        self.stdout.write(f"{len(written)} records written to {dir}.")

from django.core.management.base import BaseCommand, CommandError

from tpm.models import Product
from tpm.sample import removal


class Command(BaseCommand):
    help = "Remove the sample with everything that came with it. This cannot be undone."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--key", help="key of the sample product; without it, every sample")

    def handle(self, *args, key: str | None, **options) -> None:
        samples = Product.objects.filter(is_sample=True)
        if key:
            samples = samples.filter(key=key)
        if not samples.exists():
            raise CommandError(f"There is no sample {key}." if key else "There is no sample.")
        for product in samples:
            name = product.name
            removal.remove(product, by=None)
            if options["verbosity"] > 0:
                self.stdout.write(f"{name} is gone, with all that came with it.")

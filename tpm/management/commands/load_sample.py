import json
import os
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from tpm.sample import loading


class Command(BaseCommand):
    help = "Load the sample workspace: a product with two years of work, a plan, debt, decisions."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--key", default=loading.KEY, help="key of the sample product")
        parser.add_argument("--items", type=int, help="fill the plan up to so many open items")
        parser.add_argument(
            "--later", action="store_true", help="leave today's forecast to the worker"
        )
        parser.add_argument(
            "--sign-ins", default=str(settings.SIGN_INS_FILE), help="file for generated passwords"
        )

    def handle(
        self, *args, key: str, items: int | None, later: bool, sign_ins: str, **options
    ) -> None:
        try:
            loaded = loading.load(key=key, items=items, later=later)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        if loaded is None:
            self.say(options, f"The sample {key} is here already.")
            return
        if loaded.sign_ins:
            write_privately(Path(sign_ins), [asdict(entry) for entry in loaded.sign_ins])
        self.say(options, f"Loaded {loaded.product.name}: /p/{loaded.product.key}/")
        for entry in loaded.sign_ins:
            self.say(options, f"  {entry.role:<14} {entry.username:<10} {entry.password}")

    def say(self, options, sentence: str) -> None:
        if options["verbosity"] > 0:
            self.stdout.write(sentence)


def write_privately(path: Path, content: list[dict[str, str]]) -> None:
    """Write a file that only its owner can read, from its first byte on."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=1)

import argparse
import json

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from debt import lines, queries, sure
from debt.models import DebtItem
from tpm.history import through
from tpm.models import Change, Product, User
from tpm.roles import can


def told(item: DebtItem, alike: DebtItem | None) -> dict[str, object]:
    """What was logged, as JSON."""
    return {
        "key": item.key,
        "title": item.title,
        "team": item.team.slug if item.team else None,
        "component": item.component.key if item.component else None,
        "owner": item.owner.name if item.owner else None,
        "taken_from": item.taken_from,
        "evidence": list(item.evidence.values_list("text", flat=True)),
        "url": item.get_absolute_url(),
        "looks_like": alike.key if alike else None,
    }


class Command(BaseCommand):
    help = "Log debt from one line, as on the page: title ~size +slow-down !often =days @team #tag"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("line", help='such as "Tax rules in billing/tax.py ~M +third"')
        parser.add_argument("--product", required=True, metavar="KEY")
        parser.add_argument("--by", metavar="USER", help="else the first administrator")
        parser.add_argument(
            "--sure", action="store_true", help="keep a cost beyond what the team has"
        )
        parser.add_argument("--json", action="store_true", help="print what was logged as JSON")

    def handle(self, *args, line: str, product: str, by: str | None, **options) -> None:
        found = Product.objects.filter(key__iexact=product).first()
        if found is None:
            known = ", ".join(Product.objects.order_by("key").values_list("key", flat=True))
            raise CommandError(f"There is no product {product}. There are: {known or 'none'}.")
        person = self.person(by)
        if not can(person, "log_debt", found):
            raise CommandError(f"{person.get_username()} may not log debt in {found.name}.")
        if not line.strip():
            raise CommandError("Say in a few words what hurts.")
        said = lines.read(found, line)
        asked = sure.question(said.interest, found, lines.team_of(found, said))
        if asked and not options["sure"]:
            raise CommandError(f"{asked} Add --sure to keep it.")
        alike = queries.looks_the_same(found, said.title, said.paths)
        try:
            with through(Change.Door.COMMAND):
                item = lines.log(found, line, by=person)
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        if options["json"]:
            self.stdout.write(json.dumps(told(item, alike), indent=2))
            return
        self.stdout.write(f"{item.key} {item.title}")
        if item.taken_from:
            self.stdout.write(item.taken_from)
        for problem_words in said.problems:
            self.stderr.write(f"Not understood: {problem_words}")
        if alike is not None:
            self.stderr.write(f"{alike.key} {alike.title} looks the same.")

    def person(self, name: str | None) -> User:
        people = get_user_model().objects.filter(is_active=True)
        if name is not None:
            found = people.filter(username=name).first()
            if found is None:
                raise CommandError(f"There is no account {name}.")
            return found
        first = people.filter(is_superuser=True).order_by("pk").first()
        if first is None:
            raise CommandError("There is no administrator: say who logs it, with --by.")
        return first

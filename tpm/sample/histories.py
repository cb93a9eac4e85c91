"""What the sample's repository says: half a year of changes, drawn from a seed."""

import hashlib
import random
from collections import Counter

from debt import services
from debt.mining.codeowners import Kept
from debt.models import HistoryRun, MinedChange
from tpm.sample.people import COMPONENTS, World

SEED = 20_261_130
CHANGES, DAYS = 420, 178
HOT = {
    "billing/tax.py": 30,
    "ledger/money.py": 26,
    "ledger/refunds.py": 18,
    "rails/transfer.py": 24,
    "rails/debit.py": 16,
    "rails/refund.py": 14,
    "rails/client.py": 10,
    "orchestrator/run.py": 26,
    "orchestrator/tests/test_run.py": 20,
    "orders/events.py": 16,
    "api/webhooks/sign.py": 14,
    "app/pay/webview.kt": 24,
    "app/basket/store.kt": 16,
    "app/address/form.kt": 8,
    "app/tests/pay_sheet.kt": 12,
    "fraud/rules.py": 12,
    "infra/network/rules.tf": 8,
    "catalog/cache.py": 6,
    "mobile-ci/screenshots/run.sh": 8,
    "mobile-ci/sign.sh": 2,
    "vault/requirements.txt": 2,
    "wallet/build.gradle": 3,
}
"""How often each of the files that debt names is touched, next to the others."""
COLD = {"settlement/settle.py": 4_012, "admin/main.py": 2_380}
"""Lines of files that nobody touched in all that time."""
CODEOWNERS = """\
# Everything that nobody else owns
*                   @checkout/platform

/billing/           @checkout/payments @pnair
/invoices/          @checkout/payments
/ledger/            @checkout/payments
/rails/             @checkout/payments @ilya
/settlement/        @checkout/money-movement
/fraud/             @checkout/money-movement
/vault/             @checkout/platform @checkout/security
/app/               @checkout/mobile
/wallet/            @checkout/mobile
/mobile-ci/         @checkout/mobile
*.tf                @checkout/platform
deploy/[eu].yml     @checkout/platform
/generated/
"""
CALLED = (("@checkout/money-movement", "Payments", ""), ("@pnair", "", "Priya Nair"))
"""Name, team and person; nobody said who @checkout/security is."""
PLAIN = ("models", "services", "views", "report")
TOGETHER = {
    "rails/transfer.py": "rails/debit.py",
    "orchestrator/run.py": "orchestrator/tests/test_run.py",
    "ledger/refunds.py": "rails/refund.py",
}
"""What changes with what, more often than not."""


def add_history(world: World) -> HistoryRun:
    """A reading of last night with its changes, in two statements."""
    draw = random.Random(SEED)  # noqa: S311 - a picture, no secret
    weights = dict(HOT)
    for _, _, _, prefixes in COMPONENTS:
        weights |= {f"{prefixes[0]}{name}.py": draw.randrange(1, 4) for name in PLAIN}
    sizes = {path: draw.randrange(40, 900) for path in weights} | COLD
    drawn = sorted((a_change(draw, weights) for _ in range(CHANGES)), key=lambda row: row[0])
    touches: Counter[str] = Counter()
    last: dict[str, str] = {}
    rows: list[MinedChange] = []
    months: dict[str, Counter[str]] = {}
    for number, (offset, hour, paths) in enumerate(drawn):
        at = world.calendar.moment(offset, hour, number % 60)
        touches.update(paths)
        last |= dict.fromkeys(paths, at.date().isoformat())
        for part in {owner_of(path) for path in paths}:
            months.setdefault(part, Counter())[f"{at:%Y-%m}"] += 1
        rows.append(
            MinedChange(
                commit=hashlib.sha1(f"{SEED} {number}".encode()).hexdigest(),  # noqa: S324
                at=at, paths=paths, added=draw.randrange(2, 90), deleted=draw.randrange(60),
            )
        )  # fmt: skip
    night = world.calendar.moment(-1, 3)
    files = [[path, sizes[path], touches[path], last.get(path, "")] for path in sizes]
    run = HistoryRun.objects.create(
        product=world.product, repository="checkout", source=HistoryRun.Source.REPOSITORY,
        tip=rows[-1].commit, first_day=rows[0].at.date(), last_day=rows[-1].at.date(),
        read=CHANGES + 37, counted=CHANGES,
        left_out={"by a program": 31, "more than 30 files": 6},
        months={world.components[part].key: dict(counts) for part, counts in months.items()},
        files=sorted(files, key=lambda row: row[3], reverse=True), files_in_all=len(files),
        at=night, looked_at=night, ready=True,
    )  # fmt: skip
    for row in rows:
        row.run = run
    MinedChange.objects.bulk_create(rows, batch_size=500)
    add_owners(world, run)
    services.refresh_figures(world.product)
    return run


def add_owners(world: World, run: HistoryRun) -> None:
    """The CODEOWNERS at its tip, and whom the names mean that nobody here is called."""
    services.note_owners(run, Kept(".github/CODEOWNERS", CODEOWNERS.encode()))
    for name, team, person in CALLED:
        services.say_owner_name(
            world.product, by=world.planner, name=name, team=world.teams.get(team),
            person=world.people.get(person),
        )  # fmt: skip


def a_change(draw: random.Random, weights: dict[str, int]) -> tuple[int, int, list[str]]:
    """(day before today, hour, files) of one change: a file, its partner, some neighbours."""
    (first,) = draw.choices(list(weights), list(weights.values()))
    paths = [first]
    if first in TOGETHER and draw.random() < 0.75:
        paths.append(TOGETHER[first])
    near = [path for path in weights if owner_of(path) == owner_of(first) and path not in paths]
    paths += draw.sample(near, min(len(near), draw.choice((0, 0, 0, 1, 1, 2))))
    return -draw.randrange(3, DAYS), draw.randrange(8, 18), sorted(paths)


def owner_of(path: str) -> str:
    """The component of a file; the sample's prefixes are whole folders."""
    folder = f"{path.partition('/')[0]}/"
    return next((key for key, _, _, prefixes in COMPONENTS if folder in prefixes), "")

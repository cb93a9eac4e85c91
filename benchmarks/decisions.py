"""The list of 100 of 1,000 decisions, "decided before?", and the import of 100 records.

    python -m benchmarks.decisions [--rounds 21] [--sqlite] [--json] [--keep]

Loads the sample into a private PostgreSQL where its programs are found, else into SQLite, copies
its decisions with their options, criteria, scores and draws to 1,000, and asks as a planner, signed
in, with warm caches. Limits: list 60 ms and 10 queries; 100 records from bytes to written, with
their preview, 3 s.
"""

import tempfile
import time
import uuid
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from benchmarks import measuring
from benchmarks.measuring import Report, cost, database, got, planner, timed

KEY = "BIG"
SIZE = 1_000
RECORDS = 100
ADR = Path(__file__).resolve().parent.parent / "tests" / "data" / "adr"


def copy_of(row, **changes):
    names = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    values = {name: getattr(row, name) for name in names if name != "id"}
    return type(row)(**(values | changes))


def multiply() -> None:
    """Copy the decisions of the sample that have a matrix, as drafts, until there are so many."""
    from tpm.models import Product
    from tradeoffs.models import Criterion, Decision, Option, Robustness, Score

    mine = Decision.objects.filter(product__key=KEY)
    full = list(mine.filter(imported=False).order_by("pk"))
    number = mine.order_by("-number").values_list("number", flat=True)[0]
    for n in range(SIZE - mine.count()):
        old = full[n % len(full)]
        number += 1
        new = copy_of(old, number=number, key=f"{KEY}-A{number}", state="draft", chosen_id=None,
                      decided_at=None, decided_by_id=None, record="",
                      title=f"{old.title} ({n})"[:200])  # fmt: skip
        new.save()
        options, criteria = {}, {}
        for option in old.options.all():
            options[option.pk] = Option.objects.create(**parts(option, new))
        for criterion in old.criteria.all():
            criteria[criterion.pk] = Criterion.objects.create(**parts(criterion, new))
        scores = Score.objects.filter(option__decision=old)
        Score.objects.bulk_create(
            copy_of(s, option_id=options[s.option_id].pk, criterion_id=criteria[s.criterion_id].pk)
            for s in scores
        )
        runs = Robustness.objects.filter(decision=old, frozen=False)[:1]
        Robustness.objects.bulk_create(copy_of(run, decision_id=new.pk) for run in runs)
    Product.objects.filter(key=KEY).update(decisions_numbered=number)


def swept() -> None:
    """What the worker keeps within a minute of any change."""
    from tradeoffs import services

    for pk in services.unmarked().values_list("pk", flat=True):
        services.keep_mark(pk)


def parts(row, decision) -> dict:
    made = copy_of(row, decision_id=decision.pk)
    return {
        f.attname: getattr(made, f.attname) for f in made._meta.concrete_fields if f.name != "id"
    }


def a_hundred_records() -> list[tuple[str, bytes]]:
    """Records of the two collections that tests read, some under a second name."""
    files = [
        (f"{folder.name}/{path.name}", path.read_bytes())
        for folder in sorted(ADR.iterdir())
        if folder.is_dir()
        for path in sorted(folder.glob("[0-9]*.md"))
    ]
    more = [(f"again/{n:03}-{path.split('/')[1]}", data) for n, (path, data) in enumerate(files)]
    return (files + more)[:RECORDS]


def imports(report: Report) -> None:
    from tpm.models import Product, User
    from tradeoffs import import_services
    from tradeoffs.import_services import Source
    from tradeoffs.import_services.undoing import Undo

    product = Product.objects.get(key=KEY)
    by = User.objects.filter(is_superuser=True).first()
    source = Source("bench", a_hundred_records())
    began = time.perf_counter()
    import_services.preview_records(product, source)
    seen = time.perf_counter()
    done = import_services.import_records(product, source, by=by)
    ended = time.perf_counter()
    assert done["counts"]["created"] == RECORDS, done["counts"]
    report.add("preview of 100 records", (seen - began) * 1000, "ms")
    report.add("import of 100 records with preview", (ended - began) * 1000, "ms", 3000)
    again = time.perf_counter()
    import_services.import_records(product, source, by=by)
    report.add("the same again, unchanged", (time.perf_counter() - again) * 1000, "ms")
    undo = time.perf_counter()
    Undo(product, uuid.UUID(done["batch"]), by=by, progress=lambda done: None).run()
    report.add("undo of 100 records", (time.perf_counter() - undo) * 1000, "ms")


CASES = (
    # name, address, most ms, most queries
    ("list, 100 rows of 1,000", "/p/{key}/decisions/", 60, 10),
    ("list, page 5", "/p/{key}/decisions/?page=5", None, None),
    ("list, in three facets", "/p/{key}/decisions/?state=draft&tier=2&criterion=Cost", None, None),
    ("list, two words", "/p/{key}/decisions/?q=bus+outbox", None, None),
    ("decided before?", "/p/{key}/decisions/similar/?title=which+bus+for+orders", None, None),
    ("graph", "/p/{key}/decisions/graph/", None, None),
)


def main() -> None:
    chosen = measuring.options(__doc__, rounds=21).parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tpm-decisions-"))
        measuring.set_up(folder, database(stack, folder, sqlite=chosen.sqlite), {KEY: 50})
        multiply()
        swept()
        measuring.analyze()
        from django.db import connection

        report = Report("decisions", chosen)
        report.say(f"{connection.vendor}, {chosen.rounds} rounds, warm, medians")
        visitor = planner(KEY)
        asks = {name: partial(got, visitor, path.format(key=KEY)) for name, path, *_ in CASES}
        found = timed(asks, chosen.rounds)
        for name, _path, most, asked in CASES:
            queries, size, _elements = cost(asks[name])
            report.add(name, found[name].median, "ms", most)
            report.add(f"{name}, fastest", found[name].least, "ms")
            report.add(f"{name}, queries", queries, "", asked)
            report.add(f"{name}, compressed", size, "kB")
        imports(report)
        report.end()
        connection.close()


if __name__ == "__main__":
    main()

"""The dates that paying moves, where simulating both plans takes longer than a page may.

Whoever looks may ask for them; what was worked out once is shown to everybody, for as long as the
plan, the choice and the scores are those it was worked out from.
"""

import datetime
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from debt import payoff_plans, payoff_register
from debt.payoff_register import Asked, Register, chosen_by
from debt.previews import Moved, Preview, Together
from roadmaps.models import Item, PlanStatus
from tpm import jobs, revisions
from tpm.models import Job, Product

KIND = "payoff dates"
AT_ONCE = 250
"""Items of all plans together that are simulated while one waits: below a second (400 took 1.2)."""


def takes_long(product: Product, found: Register, ways: Sequence[Asked]) -> bool:
    return sum(sizes(product, found, ways)) > AT_ONCE


def sizes(product: Product, found: Register, ways: Sequence[Asked]) -> list[int]:
    """Items of each way's plan; a comparison simulates it with and without what pays."""
    planned = Item.objects.filter(product=product, state__in=Item.SIMULATED).count()
    return [planned + len(chosen_by(found, asked)) for asked in ways]


def fingerprint(product: Product, found: Register, ways: Sequence[Asked]) -> str:
    """Of everything that the dates depend on: the run, what is paid in which order, its scores."""
    stored = PlanStatus.objects.filter(product=product).values_list("run", flat=True).first()
    run = f"{product.revision} of {timezone.localdate()}" if stored is None else stored
    chosen = [
        [asked.place, [(pk, found.items[pk].latest_score_id) for pk in chosen_by(found, asked)]]
        for asked in ways
    ]
    scored = [str(ledger.computed_at) for ledger in found.ledgers]
    text = json.dumps([run, product.plan_seed, sorted(found.needs.items()), chosen, scored])
    return hashlib.sha256(text.encode()).hexdigest()


def known(product: Product, mark: str) -> Job | None:
    """The newest comparison of the same, done or to be done; what failed or is stopped is none."""
    made = Job.objects.filter(product=product, kind=KIND, arguments__mark=mark)
    made = made.exclude(cancel_asked=True, ended_at=None)
    return made.exclude(state__in=(Job.State.FAILED, Job.State.CANCELLED)).first()


@transaction.atomic
def request(product: Product, found: Register, ways: Sequence[Asked], *, by) -> Job:
    """Have the dates simulated by a worker, unless that is done or under way.

    A person waits for one such comparison in a product: a newer one ends the one before, unless
    somebody else waits for that, too.
    """
    Product.objects.select_for_update().get(pk=product.pk)
    mark = fingerprint(product, found, ways)
    same = known(product, mark)
    for old in Job.objects.filter(product=product, kind=KIND, ended_at=None):
        if old != same:
            leave(old, by=by)
    if same is not None:
        if same.ended_at is None:
            note_waiting(same, waiting_for(same) | {by.pk})
        return same
    job = jobs.create(
        KIND, _("Dates with and without paying"), product=product, by=by,
        total=sum(sizes(product, found, ways)), unit=_("items"),
        arguments={"mark": mark, "ways": [asdict(asked) for asked in ways], "for": [by.pk]},
    )  # fmt: skip
    revisions.enqueue("debt.compare_payoffs", job.pk)
    return job


def waiting_for(job: Job) -> set[int]:
    """Ids of the people who wait for a comparison."""
    return set(job.arguments.get("for", [job.by_id]))


def note_waiting(job: Job, people: set[int]) -> None:
    job.arguments["for"] = sorted(people)
    Job.objects.filter(pk=job.pk).update(arguments=job.arguments)


def leave(job: Job, *, by) -> None:
    """Somebody waits for another comparison now; what nobody waits for ends."""
    people = waiting_for(job)
    if by.pk not in people:
        return
    note_waiting(job, people - {by.pk})
    if people == {by.pk}:
        jobs.cancel(job)


def run(job_id: int) -> None:
    """The work behind `request`."""
    with jobs.running(job_id) as job:
        if job is None:
            return
        product = job.job.product
        if product is None:
            raise jobs.JobRefused(_("The product is gone."))
        ways = [Asked(**way) for way in job.job.arguments["ways"]]
        found = payoff_register.register_of(product)
        if fingerprint(product, found, ways) != job.job.arguments["mark"]:
            raise jobs.JobRefused(_("Debt or plan changed since it was asked: look again."))
        together, done = [], 0
        for asked, size in zip(ways, sizes(product, found, ways), strict=True):
            job.progress(done)
            step = partial(tell, job, done, size)
            together.append(kept(payoff_plans.paid_plan(product, found, asked, step)))
            done += size
        job.progress(done)
        job.report = {
            "page": address(product, ways),
            "outcome": _("The dates are on the page of the pay-off."),
            "together": together,
        }


def tell(job: jobs.Running, before: int, size: int, share: float) -> None:
    """Note how far one way is; whoever cancels does not wait for the rest of it."""
    job.progress(before + int(share * size))


def address(product: Product, ways: Sequence[Asked]) -> str:
    """The page of the pay-off with its dates, for one way or two."""
    fields: dict[str, str] = {}
    for prefix, asked in zip(("", "other_"), ways, strict=False):
        fields |= {f"{prefix}budget": f"{asked.budget:g}", f"{prefix}place": asked.place}
    return f"{reverse('debt:payoff', args=[product.key])}?{urlencode(fields | {'dates': '1'})}"


def kept(each: Together | None) -> dict[str, Any] | None:
    """A comparison as JSON; the page shows objectives, so items are left out."""
    if each is None:
        return None
    return {
        "place": each.preview.place,
        "objectives": [
            {name: day_text(value) for name, value in asdict(row).items()}
            for row in each.preview.objectives
        ],
        "all_met": each.all_met,
        "any_later": each.any_later,
    }


def day_text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def read(report: dict[str, Any]) -> list[Together | None]:
    """What `kept` made of each way."""
    return [None if each is None else together_of(each) for each in report["together"]]


def together_of(each: dict[str, Any]) -> Together:
    rows = [
        Moved(**row | {end: day_of(row[end]) for end in ("before", "after")})
        for row in each["objectives"]
    ]
    met = each["all_met"]
    return Together(
        Preview(each["place"], rows, []),
        None if met is None else (met[0], met[1]),
        each["any_later"],
    )


def day_of(text: str | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(text)

"""The page of a change of many rows: choose what they become, see what would happen, then do it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tpm import bulk_jobs, formats, navigation
from tpm.bulk import BulkChange, Picked, Report, left_words, sentence
from tpm.bulk_jobs import BulkJobs
from tpm.models import Job, Product
from tpm.undo_views import tell

ROWS_SHOWN = 100
MOST = 20_000


def too_many() -> str:
    return _("At most %(n)s rows change at once: filter the list.") % {"n": formats.number(MOST)}


@dataclass(frozen=True)
class Follows:
    """What an app can say of what a change would move beside the rows themselves.

    asks:     (change) whether anything can follow from it
    is_long:  (product, count) whether it takes too long to wait for
    found:    (product, report, change) what follows, with `of(row)`: now, then, tone; or None.
              It raises ValueError, in words, where it cannot be said
    start:    (product, named, data, by) hands it to the worker, and answers its job
    unsaid:   (change) that what follows is not said of it, as a sentence; empty where nothing does
    template: shows `followed`
    """

    asks: Callable[[BulkChange], bool]
    is_long: Callable[[Product, int], bool]
    found: Callable[[Product, Report, BulkChange], Any]
    start: Callable[..., Job]
    template: str
    unsaid: Callable[[BulkChange], str]


@dataclass(frozen=True)
class BulkPage:
    """jobs: how it is done; actions: word to label, which may be lazy, the first where none is said

    plain: actions that need no value
    place: the part of the product, for the crumbs
    """

    jobs: BulkJobs
    actions: Mapping[str, Any]
    plain: Collection[str]
    place: Any
    follows: Follows | None = None

    def answer(self, request, product: Product, picked: list[Picked], job: Job | None = None):
        """A preview writes nothing; only `step=apply` does.

        job: has worked out what would follow, and keeps what was chosen
        """
        given = job.arguments["data"] if job else request.POST
        back = given.get("back", "")
        list_url = self.jobs.page(product) + (f"?{back}" if back else "")
        if not picked:
            messages.warning(request, _("Select rows first: tick the boxes before them."))
            return redirect(list_url)
        if len(picked) > MOST:
            messages.warning(request, too_many())
            return redirect(list_url)
        do = given.get("do", "")
        do = do if do in self.actions else next(iter(self.actions))
        said = "value" in given or do in self.plain
        form = self.jobs.form(given if said else None, product=product, do=do)
        report, follows = None, self.follows
        more: dict[str, Any] = {}
        if form.is_valid():
            if given.get("step") == "apply":
                return self.apply(request, product, picked, form, list_url)
            if follows and not follows.asks(form.change()):
                more["unsaid"] = follows.unsaid(form.change())
                follows = None
            if follows and given.get("step") == "follow":
                job = follows.start(product, named(picked), sent(request), by=request.user)
                return redirect("tpm:job-detail", job.pk)
            report = self.jobs.way.rehearse(
                product, picked[: bulk_jobs.AT_ONCE], form.change(), by=request.user
            )
            if job:
                more["job"] = job
            elif follows and report.changed:
                more = following(follows, product, report, form.change(), len(picked))
        context = {
            "product": product,
            "form": form,
            "do": do,
            "actions": self.actions.items(),
            "count": len(picked),
            "picked": " ".join(f"{row.key}:{version}" for row, version in picked),
            "back": back,
            "list_url": list_url,
            "report": report,
            "sentence": sentence(report) if report else "",
            "untried": max(len(picked) - bulk_jobs.AT_ONCE, 0),
            "more": max(len(report.changed) - ROWS_SHOWN, 0) if report else 0,
            "changed": rows_of(report, more.get("followed")) if report else [],
            "crumbs": navigation.crumbs(product, (self.place, list_url), (_("Change many"), "")),
            **more,
        }
        status = 422 if form.is_bound and form.errors else 200
        return render(request, "tpm/bulk.html", context, status=status)

    def apply(self, request, product: Product, picked: list[Picked], form, list_url: str):
        """Do it now, or hand it to the worker where it is long."""
        if len(picked) > bulk_jobs.AT_ONCE:
            job = self.jobs.start(product, named(picked), sent(request), by=request.user)
            return redirect("tpm:job-detail", job.pk)
        report, done = self.jobs.way.change_rows(product, picked, form.change(), by=request.user)
        if report.changed:
            tell(request, done)
        if report.refused:
            messages.warning(request, left_words(report))
        return redirect(list_url)


def named(picked: list[Picked]) -> list[tuple[str, int]]:
    """(key, version) of the picked rows, for a worker."""
    return [(row.key, version or row.version) for row, version in picked]


def sent(request) -> dict[str, str]:
    """What the form was given, to be read once more by a worker."""
    return {name: request.POST.get(name, "") for name in ("do", "value", "why", "back")}


def following(
    follows: Follows, product: Product, report: Report, change: BulkChange, count: int
) -> dict[str, Any]:
    """What would follow; or why that cannot be said, or that it takes long."""
    if follows.is_long(product, count):
        return {"long": True}
    try:
        found = follows.found(product, report, change)
    except ValueError as refusal:
        return {"unknown": str(refusal)}
    if found is None:
        return {"unsaid": follows.unsaid(change)}
    return {"followed": found, "followed_template": follows.template}


def rows_of(report: Report, followed: Any) -> list[tuple[Any, str, str, tuple[str, str, str]]]:
    """(row, before, after, (date now, then, tone)) of the first that change."""
    return [
        (row, before, after, followed.of(row) if followed else ("", "", ""))
        for row, before, after in report.changed[:ROWS_SHOWN]
    ]

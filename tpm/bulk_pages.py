"""The page of a change of many rows: choose what they become, see what would happen, then do it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tpm import bulk_jobs, navigation
from tpm.bulk import Picked, left_words, sentence
from tpm.bulk_jobs import BulkJobs
from tpm.models import Product
from tpm.undo_views import tell

ROWS_SHOWN = 100
MOST = 20_000


@dataclass(frozen=True)
class BulkPage:
    """jobs: how it is done; actions: word to label, the first where none is said

    plain: actions that need no value
    place: the part of the product, for the crumbs
    """

    jobs: BulkJobs
    actions: Mapping[str, str]
    plain: Collection[str]
    place: str

    def answer(self, request, product: Product, picked: list[Picked]):
        """A preview writes nothing; only `step=apply` does."""
        back = request.POST.get("back", "")
        list_url = self.jobs.page(product) + (f"?{back}" if back else "")
        if not picked:
            messages.warning(request, _("Select rows first: tick the boxes before them."))
            return redirect(list_url)
        do = request.POST.get("do", "")
        do = do if do in self.actions else next(iter(self.actions))
        said = "value" in request.POST or do in self.plain
        form = self.jobs.form(request.POST if said else None, product=product, do=do)
        report = None
        if form.is_valid():
            if request.POST.get("step") == "apply":
                return self.apply(request, product, picked, form, list_url)
            report = self.jobs.way.rehearse(
                product, picked[: bulk_jobs.AT_ONCE], form.change(), by=request.user
            )
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
            "changed": report.changed[:ROWS_SHOWN] if report else [],
            "crumbs": navigation.crumbs(product, (self.place, list_url), (_("Change many"), "")),
        }
        status = 422 if form.is_bound and form.errors else 200
        return render(request, "tpm/bulk.html", context, status=status)

    def apply(self, request, product: Product, picked: list[Picked], form, list_url: str):
        """Do it now, or hand it to the worker where it is long."""
        if len(picked) > bulk_jobs.AT_ONCE:
            data = {name: request.POST.get(name, "") for name in ("do", "value", "why")}
            named = [(row.key, version or row.version) for row, version in picked]
            job = self.jobs.start(product, named, data, by=request.user)
            return redirect("tpm:job-detail", job.pk)
        report, done = self.jobs.way.change_rows(product, picked, form.change(), by=request.user)
        if report.changed:
            tell(request, done)
        if report.refused:
            messages.warning(request, left_words(report))
        return redirect(list_url)

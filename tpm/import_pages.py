"""Pages of an import, the same in every app that reads files: upload, discard, report and undo.

What a file holds and what taking it in would do is the app's; it shows that on its own preview.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tpm import jobs, navigation, uploads
from tpm.imports import Undoing
from tpm.models import Job, Product
from tpm.roles import require
from tpm.uploads import Upload
from tpm.views import product_for

EARLIER = 10


@dataclass(frozen=True)
class Pages:
    """The pages of one kind of import.

    routes:     what its routes begin with: `debt:scan` has debt:scan-report, -undo and -discard
    above:      (words, route) of the pages above, the last one where a file is uploaded
    ability:    who may bring something in
    undoing:    how it is taken back
    start_undo: hands that to the worker
    acts:       template of the buttons that the report of an ended import has
    lists:      template of what an import did
    """

    routes: str
    above: tuple[tuple[Any, str], ...]
    ability: str
    undoing: Undoing
    start_undo: Callable[..., Job]
    acts: str
    lists: str

    @property
    def report_route(self) -> str:
        return f"{self.routes}-report"

    @property
    def undo_route(self) -> str:
        return f"{self.routes}-undo"

    @property
    def discard_route(self) -> str:
        return f"{self.routes}-discard"

    @property
    def upload_route(self) -> str:
        return self.above[-1][1]

    def product(self, request, key: str) -> Product:
        """The product of an address, for somebody who may bring something into it."""
        product = product_for(request, key)
        require(request.user, self.ability, product)
        return product

    def crumbs(self, product: Product, *more: tuple[str, str]) -> list[tuple[str, str]]:
        above = [(str(words), reverse(route, args=[product.key])) for words, route in self.above]
        return navigation.crumbs(product, *above, *more)

    def imports(self, user) -> QuerySet[Job]:
        return jobs.jobs_visible_to(user).filter(kind=self.undoing.imports)

    def earlier(self, request, product: Product) -> QuerySet[Job]:
        """The last imports into a product."""
        return self.imports(request.user).filter(product=product).select_related("by")[:EARLIER]

    def keep(
        self,
        product: Product,
        chunks: Iterable[bytes],
        *,
        name: str,
        by,
        judge: Callable[[int], None],
        read: Callable[[Upload], Any],
    ) -> Upload:
        """Store what was sent.

        judge:  told the bytes so far, raises when they are too many
        read:   raises where nothing can be read of it
        raises: what these raise; nothing is kept then
        """
        upload = uploads.store(chunks, name=name, product_key=product.key, by=by, judge=judge)
        try:
            read(upload)
        except Exception:
            uploads.forget(upload)
            raise
        return upload

    def upload(self, product: Product, token: uuid.UUID) -> Upload:
        """An upload that waits, or 404."""
        upload = uploads.find(product.key, token)
        if upload is None:
            raise Http404
        return upload

    def discard(self, request, key: str, token: uuid.UUID) -> HttpResponse:
        """Let go of an upload that will not be taken in; not while a job has yet to read it."""
        product = self.product(request, key)
        if reading := self.undoing.let_go(product, token):
            messages.error(request, _("It is being read. Cancel that to let go of the file."))
            return redirect("tpm:job-detail", reading.pk)
        return redirect(self.upload_route, product.key)

    def job(self, request, product: Product, pk: int) -> Job:
        return get_object_or_404(self.imports(request.user).filter(product=product), pk=pk)

    def report(self, request, product: Product, job: Job, shown: dict[str, Any]) -> HttpResponse:
        """How far an import is, then its report; it asks for itself until the import has ended.

        shown: what its lists are made of
        """
        context = {
            "pages": self,
            "product": product,
            "job": job,
            "crumbs": self.crumbs(product, (job.title, "")),
            "may_undo": self.undoing.is_open_for(job),
            "undo": self.undoing.of(job),
        }
        template = "tpm/import_report.html" + ("#report" if request.htmx else "")
        return render(request, template, context | shown)

    def undo(self, request, key: str, pk: int) -> HttpResponse:
        """Hand the taking back of an import to the worker."""
        product = self.product(request, key)
        job = self.job(request, product, pk)
        if self.undoing.is_open_for(job):
            self.start_undo(job, by=request.user)
            messages.success(request, _("It is being taken back."))
        else:
            messages.error(request, _("There is nothing left to take back."))
        return redirect(self.report_route, product.key, job.pk)

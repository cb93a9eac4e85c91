"""A whole source: what it would do, and doing it."""

import uuid
from typing import Any

from tpm.models import Product
from tradeoffs.import_services import report
from tradeoffs.import_services.applying import Importer, Progress
from tradeoffs.import_services.plan import Plan, make_plan
from tradeoffs.import_services.sources import Source


def preview_records(product: Product, source: Source) -> tuple[Plan, dict[str, Any]]:
    """What importing would do now; nothing is written."""
    plan = make_plan(product, source)
    return plan, report.of_plan(plan) | {"dry_run": True}


def import_records(
    product: Product,
    source: Source,
    *,
    by,
    batch: uuid.UUID | None = None,
    progress: Progress = lambda done, total, note: None,
) -> dict[str, Any]:
    """Import a source and return its report; run again, it changes nothing.

    progress: told (records done, in all, words) between transactions; may raise to stop there
    """
    batch = batch or uuid.uuid4()
    plan = make_plan(product, source)
    importer = Importer(plan, by=by, batch=batch, progress=progress)
    importer.run()
    done = report.of_plan(plan) | {"dry_run": False, "batch": str(batch)}
    done["left_out"] = importer.left_out
    return done

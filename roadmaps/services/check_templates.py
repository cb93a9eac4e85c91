"""Templates of checks, and the files that no evidence names any more."""

import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from roadmaps.models import CheckEvidence, CheckTemplate
from tpm import history
from tpm.editing import edit
from tpm.models import Product

FOLDER = "checks"
KEEP_LOOSE = datetime.timedelta(days=1)
"""How long a file may lie without a row: its transaction may still be open."""


@transaction.atomic
def create_template(
    product: Product | None, *, by, kind: str, sentence: str, components=(), item_kinds=()
) -> CheckTemplate:
    """A check that is offered to items. product: None for one that every product offers.

    raises: ValidationError when there is one with this sentence
    """
    template = CheckTemplate(
        product=product, kind=kind, sentence=sentence.strip(), item_kinds=list(item_kinds)
    )
    template.full_clean()
    template.save()
    template.components.set(components)
    history.record(
        template, by=by, action="created a template of checks",
        changes={"sentence": (None, template.sentence)},
    )  # fmt: skip
    return template


@transaction.atomic
def edit_template(template: CheckTemplate, *, by, version: int | None, **fields: Any) -> list[str]:
    """Change what is offered from now on; checks made from it stay as they are.

    raises: EditConflict when somebody saved first; ValidationError when a rule is broken
    """
    return edit(template, by=by, version=version, fields=fields)


def retire_template(template: CheckTemplate, *, by) -> None:
    """It is offered no more; what was made from it stays."""
    if template.retired_at is None:
        edit(
            template, by=by, version=None, fields={"retired_at": timezone.now()}, action="retired"
        )  # fmt: skip


def sweep_files() -> int:
    """Delete files whose row never came to be, or left with its product. returns: how many"""
    if not default_storage.exists(FOLDER):
        return 0
    oldest, gone = timezone.now() - KEEP_LOOSE, 0
    for product in default_storage.listdir(FOLDER)[0]:
        place = f"{FOLDER}/{product}"
        known = set(CheckEvidence.objects.filter(file__startswith=f"{place}/").values_list(
            "file", flat=True
        ))  # fmt: skip
        for name in default_storage.listdir(place)[1]:
            path = f"{place}/{name}"
            if path not in known and default_storage.get_modified_time(path) < oldest:
                default_storage.delete(path)
                gone += 1
    return gone

"""Where the evidence of a cell leads: an address, a record that the reader may see, or nowhere."""

import re
from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import FieldDoesNotExist

from tpm import subjects

ADDRESS = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
KEY = re.compile(r"[A-Z][A-Z0-9]{1,9}-[AD]?[0-9]{1,9}")


def is_address(text: str) -> bool:
    return ADDRESS.fullmatch(text) is not None


def pages(user, texts: Iterable[str]) -> dict[str, str]:
    """Pages of the records whose keys these texts are, as far as this person sees them."""
    wanted = {text for text in texts if KEY.fullmatch(text)}
    found: dict[str, str] = defaultdict(str)
    for label in subjects.labels() if wanted else ():
        rows = subjects.rows(user, label)
        try:
            if rows is not None and rows.model._meta.get_field("key"):
                found |= {r.key: r.get_absolute_url() for r in rows.filter(key__in=wanted)}
        except FieldDoesNotExist:
            continue  # not every kind of record has a key of this form
    return dict(found)

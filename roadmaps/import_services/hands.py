"""What people changed since the last import, from history: so that no import overwrites it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from roadmaps.models import Item
from tpm.models import Change

ITEM = Item._meta.label_lower


@dataclass(slots=True)
class Hand:
    """One item's edits by hand since an import last wrote the field.

    before:   field -> the value it had before the first of them
    unlinked: links that somebody took away, as history writes them: "PAY-3 FS"
    """

    before: dict[str, Any] = field(default_factory=dict)
    unlinked: set[str] = field(default_factory=set)


NOTHING = Hand()


def hands_of(ids: Collection[int], *, subject: str = ITEM) -> Mapping[int, Hand]:
    """Hand edits of items, or of another subject, by id; what nobody touched has no entry.

    Walks each item's history in order: an import's write settles a field, anybody else's write
    opens it, with the value that stood before.
    """
    hands: dict[int, Hand] = {}
    changes = Change.objects.filter(subject_type=subject, subject_id__in=ids).order_by("pk")
    for pk, door, fields in changes.values_list("subject_id", "door", "fields"):
        if door == Change.Door.IMPORT:
            if hand := hands.get(pk):
                for name in fields:
                    hand.before.pop(name, None)
            continue
        hand = hands.setdefault(pk, Hand())
        for name, (old, new) in fields.items():
            if name == "waits for":
                if new is None:
                    hand.unlinked.add(old)
                else:
                    hand.unlinked.discard(new)
            else:
                hand.before.setdefault(name, old)
    return hands

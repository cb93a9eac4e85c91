"""Timelines that were laid out lately, so that rows asked for later cost what they draw.

Which rows stand in a window depends on every row of the plan. Whoever scrolls asks for dozens of
windows of a page just opened, whose lines are laid out already. They are kept by process: another
one lays them out once more.
"""

import copy
import time
from collections import OrderedDict
from dataclasses import replace
from threading import Lock

from django.utils import timezone

from roadmaps.models import PlanStatus
from roadmaps.timeline.address import Address
from roadmaps.timeline.page import Timeline
from tpm.models import Product

MOST = 8
MOST_PLACES = 2000
"""Lines of a plan whose links are all kept: of larger ones they take longer to read than rows."""
MOST_SECONDS = 120
"""What no revision tells, such as the name of a lane, may be this old in rows that follow."""

_lines: OrderedDict[tuple, tuple[float, Timeline]] = OrderedDict()
_lock = Lock()


def keep(line: Timeline) -> None:
    """Keep a page that was laid out, for the windows that it leaves out."""
    if line.address.scenario:  # its dates change without a new revision or run
        return
    run = line.fresh.run
    key = key_of(line.product, line.address, line.user, run.pk if run else None)
    with _lock:
        _lines[key] = time.monotonic(), line
        _lines.move_to_end(key)
        while len(_lines) > MOST:
            _lines.popitem(last=False)


def opened(product: Product, address: Address, user) -> Timeline:
    """The timeline of an address, as it was laid out where plan and dates are the same."""
    run = PlanStatus.objects.filter(product=product).values_list("run", flat=True).first()
    with _lock:
        at, line = _lines.get(key_of(product, address, user, run), (0.0, None))
    if line is None or time.monotonic() - at > MOST_SECONDS:
        line = Timeline(product, address, user)
        keep(line)
        return line
    if len(line.places) <= MOST_PLACES:
        _ = line.links  # read once: a new one is a new revision
    line = copy.copy(line)  # what was read so far, and whose rights are asked anew
    line.product, line.address, line.user = product, address, user
    return line


def forget() -> None:
    with _lock:
        _lines.clear()


def key_of(product: Product, address: Address, user, run: int | None) -> tuple:
    day = timezone.localdate()
    return user.pk, product.pk, product.revision, run, day, replace(address, row=1).query()

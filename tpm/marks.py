"""Small pieces of markup that templates and row builders share: icons, badges, dates, ranges."""

import datetime as dt
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy

from tpm import formats, svg

# State: word, tint, icon. A state stands once here, whatever app it belongs to.
STATES: dict[str, tuple[object, str, str]] = {
    "idea": (gettext_lazy("Idea"), "", "edit"),
    "planned": (gettext_lazy("Planned"), "", "clock"),
    "in_progress": (gettext_lazy("In progress"), "info", "forecast"),
    "done": (gettext_lazy("Done"), "ok", "check"),
    "dropped": (gettext_lazy("Dropped"), "", "cross"),
    "on_track": (gettext_lazy("On track"), "ok", "check"),
    "at_risk": (gettext_lazy("At risk"), "warn", "bang"),
    "off_track": (gettext_lazy("Off track"), "bad", "cross"),
    "draft": (gettext_lazy("Draft"), "", "edit"),
    "in_review": (gettext_lazy("In review"), "trade", "comment"),
    "changes_asked": (gettext_lazy("Changes asked"), "warn", "undo"),
    "accepted": (gettext_lazy("Accepted"), "trade", "check"),
    "rejected": (gettext_lazy("Rejected"), "bad", "cross"),
    "superseded": (gettext_lazy("Superseded"), "", "undo"),
    "deprecated": (gettext_lazy("Deprecated"), "", "clock"),
    "open": (gettext_lazy("Open"), "debt", "debt"),
    "scheduled": (gettext_lazy("Planned"), "info", "roadmap"),
    "paying": (gettext_lazy("Being paid"), "info", "forecast"),
    "paid": (gettext_lazy("Paid"), "ok", "check"),
    "written_off": (gettext_lazy("Written off"), "", "cross"),
    "queued": (gettext_lazy("Queued"), "", "clock"),
    "running": (gettext_lazy("Running"), "info", "forecast"),
    "failed": (gettext_lazy("Failed"), "bad", "alert"),
    "cancelled": (gettext_lazy("Cancelled"), "", "cross"),
    "stale": (gettext_lazy("Stale"), "warn", "clock"),
    "capped": (gettext_lazy("Capped"), "warn", "bang"),
    "derived": (gettext_lazy("Derived"), "", "forecast"),
    "passed": (gettext_lazy("Passed"), "ok", "check"),
    "not_started": (gettext_lazy("Not started"), "", "clock"),
}

# The round mark before a title: class, shape. Drawn on a 14 px square.
MARKS: dict[str, tuple[str, str, object]] = {
    "idea": (
        "idea",
        '<circle cx="7" cy="7" r="5.5" stroke-dasharray="2 1.8"/>',
        gettext_lazy("Idea"),
    ),
    "planned": ("planned", '<circle cx="7" cy="7" r="5.5"/>', gettext_lazy("Planned")),
    "in_progress": (
        "doing",
        '<circle cx="7" cy="7" r="5.5"/><path class="f" d="M7 3.5a3.5 3.5 0 0 1 0 7z"/>',
        gettext_lazy("In progress"),
    ),
    "done": (
        "done",
        '<circle cx="7" cy="7" r="6.25"/><path d="m4.2 7.2 2 2 3.6-4"/>',
        gettext_lazy("Done"),
    ),
    "dropped": (
        "dropped",
        '<circle cx="7" cy="7" r="5.5"/><path d="m5 5 4 4M9 5 5 9"/>',
        gettext_lazy("Dropped"),
    ),
    "pinned": (
        "pinned",
        '<circle cx="7" cy="7" r="5.5"/><circle cx="7" cy="7" r="1.5"/>',
        gettext_lazy("Pinned"),
    ),
    "milestone": (
        "milestone",
        '<path d="m7 1.5 5.5 5.5L7 12.5 1.5 7z"/>',
        gettext_lazy("Milestone"),
    ),
}


@lru_cache(maxsize=1024)
def icon_html(name: str, class_: str = "", label: str = "") -> SafeString:
    """A picture from the sprite. Without a label it is decoration beside a word."""
    classes = f"icon {class_}".strip()
    if label:
        return format_html(
            '<svg class="{}" viewBox="0 0 16 16" role="img" aria-label="{}">'
            '<use href="#i-{}"/></svg>',
            classes,
            label,
            name,
        )
    return format_html(
        '<svg class="{}" viewBox="0 0 16 16" aria-hidden="true"><use href="#i-{}"/></svg>',
        classes,
        name,
    )


def badge_html(state: str, label: str = "", tint: str | None = None, icon: str = "") -> SafeString:
    """Word, icon and tint of a state; an unknown state shows its own name."""
    return _badge(str(state), label, tint, icon, get_language())


@lru_cache(maxsize=1024)
def _badge(state: str, label: str, tint: str | None, icon: str, language: str | None) -> SafeString:
    word, own_tint, own_icon = STATES.get(
        str(state), (str(state).replace("_", " ").capitalize(), "", "mid")
    )
    return format_html(
        '<span class="{}">{}{}</span>',
        f"badge {own_tint if tint is None else tint}".strip(),
        icon_html(icon or own_icon),
        label or word,
    )


def mark_html(state: str, label: str = "") -> SafeString:
    return _mark(str(state), label, get_language())


@lru_cache(maxsize=1024)
def _mark(state: str, label: str, language: str | None) -> SafeString:
    class_, shape, word = MARKS.get(str(state), MARKS["planned"])
    return format_html(
        '<svg class="st {}" viewBox="0 0 14 14" role="img" aria-label="{}">{}</svg>',
        class_,
        label or word,
        mark_safe(shape),  # noqa: S308 - one of the constants above
    )


def day_html(value: dt.date | None, year: bool | None = None) -> SafeString:
    if value is None:
        return format_html('<span class="faint">{}</span>', gettext("none"))
    text = formats.day(value, year=year)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        formats.day(value, year=True),
        text,
    )


def when_html(value: dt.datetime | None) -> SafeString:
    if value is None:
        return format_html('<span class="faint">{}</span>', gettext("never"))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(timespec="seconds"),
        formats.instant(value),
        formats.when(value),
    )


def range_html(
    p50: dt.date | None,
    p85: dt.date | None,
    p95: dt.date | None = None,
    start: dt.date | None = None,
    end: dt.date | None = None,
) -> SafeString:
    """`P50 12 Mar – P85 9 Apr` with its bar; in words where there is no forecast."""
    if p50 is None or p85 is None:
        return format_html('<span class="muted">{}</span>', gettext("No estimate yet"))
    last = p95 or p85
    bar = (
        svg.range_bar(p50, p85, p95, start=start, end=max(end or last, last))
        if start is not None
        else ""
    )
    return format_html(
        '<span class="range"><span class="txt"><span class="p">P50</span> {} – '
        '<span class="p">P85</span> {}</span>{}</span>',
        formats.day(p50),
        formats.day(p85),
        bar,
    )

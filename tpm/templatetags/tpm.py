"""The tags that every page uses; loaded as builtins, so no `{% load %}` is needed."""

import datetime as dt
from urllib.parse import unquote_plus

from django import template
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from tpm import formats, markdown, navigation, opened, panels, shortcuts
from tpm.marks import badge_html, day_html, icon_html, mark_html, range_html, when_html

register = template.Library()


@register.simple_tag
def icon(name: str, class_: str = "", label: str = "") -> SafeString:
    return icon_html(name, class_, label)


@register.simple_tag
def badge(state: str, label: str = "", tint: str | None = None, icon: str = "") -> SafeString:
    return badge_html(state, label, tint, icon)


@register.simple_tag
def mark(state: str, label: str = "") -> SafeString:
    return mark_html(state, label)


@register.simple_tag
def range_bar(p50, p85, p95=None, start=None, end=None) -> SafeString:
    return range_html(*map(known, (p50, p85, p95, start, end)))


@register.simple_tag
def why(url: str, label: str = "") -> SafeString:
    """A link to the page that opens a number; with scripts it opens in a dialog."""
    return format_html(
        '<a class="why" href="{}" data-dialog aria-haspopup="dialog">{}{}</a>',
        url,
        gettext("Why?"),
        format_html('<span class="vh"> {}</span>', label) if label else "",
    )


@register.simple_tag
def avatar(name: str) -> SafeString:
    return format_html(
        '<span class="avatar" role="img" aria-label="{}" title="{}">{}</span>',
        name,
        name,
        formats.initials(str(name)),
    )


@register.simple_tag(takes_context=True, name="panels")
def panels_tag(context, place: str, subject=None) -> SafeString:
    """What every app offers for a place, in its order."""
    request = context["request"]
    product = getattr(request, "product", None) or context.get("product")
    shown = panels.render_all(place, request, product, subject)
    return format_html_join("\n", "{}", ((html,) for html in shown))


@register.simple_tag(takes_context=True)
def shell_nav(context) -> list[navigation.Entry]:
    request = context.get("request")
    product = context.get("shell_product")
    return navigation.entries(product, request.path if request else "")


@register.simple_tag(takes_context=True)
def shell_offers(context) -> list[navigation.Entry]:
    """What the apps put under the places of the product: its saved views."""
    request = context.get("request")
    product = getattr(request, "product", None) or context.get("shell_product")
    return navigation.offered(getattr(request, "user", None), product)


@register.simple_tag(takes_context=True)
def create_menu(context) -> list[navigation.Entry]:
    return navigation.creatable(context.get("shell_product"), context.get("may") or {})


@register.simple_tag(takes_context=True)
def shortcut_groups(context) -> list[shortcuts.Group]:
    return shortcuts.groups(context.get("shell_product"), context.get("may"))


def known(value):
    """None for the empty text that a template hands on of a row that is not there."""
    return None if value == "" else value


@register.filter(name="days")
def days_filter(value) -> str:
    return formats.days(known(value))


@register.filter
def urldecoded(query: str) -> str:
    """A query string as a person reads it."""
    return ", ".join(unquote_plus(part) for part in query.split("&") if part)


@register.filter
def day_range(value) -> str:
    """A triple of person-days as `18–34–64 d`."""
    low, mid, high = value if value else (None, None, None)
    return formats.day_range(low, mid, high)


@register.filter(name="percent")
def percent_filter(value) -> str:
    return formats.percent(known(value))


@register.filter(name="chance")
def chance_filter(value) -> str:
    return formats.chance(known(value))


@register.filter(name="number")
def number_filter(value, digits: int = 0) -> str:
    return formats.number(known(value), digits)


@register.filter(name="signed")
def signed_filter(value, digits: int = 0) -> str:
    return formats.signed(known(value), digits)


@register.filter(name="day")
def day_filter(value) -> SafeString:
    return day_html(known(value))


@register.filter(name="day_year")
def day_year_filter(value) -> SafeString:
    return day_html(known(value), year=True)


@register.filter(name="when")
def when_filter(value) -> SafeString:
    return when_html(known(value))


@register.filter(name="initials")
def initials_filter(value) -> str:
    return formats.initials(str(value))


@register.filter
def undo_url(message) -> str:
    """The address that takes back what a message tells of, or nothing."""
    return tag_of(message, "undo:")


@register.filter
def open_url(message) -> str:
    """The page of what a message tells of, or nothing."""
    return tag_of(message, "open:")


def tag_of(message, start: str) -> str:
    tags = (getattr(message, "extra_tags", "") or "").split()
    return next((tag.removeprefix(start) for tag in tags if tag.startswith(start)), "")


@register.filter
def elapsed(value: dt.datetime | None) -> str:
    """Time since an instant as `0:42` or `1:03:20`."""
    return "" if not value else formats.clock((timezone.now() - value).total_seconds())


@register.simple_tag(takes_context=True)
def conflict_rows(context) -> dict[str, object]:
    """What the conflict page shows of a refused form: what differs, and the rest to resend."""
    conflict, posted = context["conflict"], context["request"].POST
    instance = conflict.instance
    differing = []
    for names, label, theirs, mine in conflict.rows():
        name = names[0]
        try:
            field = instance._meta.get_field(name)
        except FieldDoesNotExist:  # a list of related rows that the form has and the record not
            field = None
        editable = isinstance(field, (models.CharField, models.TextField)) and not field.choices
        differing.append(
            {
                "name": name,
                "label": label,
                "theirs": theirs,
                "mine": mine,
                "value": posted.get(name, conflict.mine[name]),
                "editable": editable and name in posted,
            }
        )
    typed = {row["name"] for row in differing if row["editable"]}
    kept = {"version": instance.version} if "version" in posted else {}
    if opened.NAME in posted:
        kept[opened.NAME] = opened.without(posted, {row["name"] for row in differing})
    hidden = [
        (name, kept.get(name, value))
        for name, values in posted.lists()
        if name not in typed and name != "csrfmiddlewaretoken"
        for value in values
    ]
    theirs_url = getattr(instance, "get_absolute_url", lambda: context["request"].path)()
    by = conflict.saved_by(context["request"].user)
    return {"differing": differing, "hidden": hidden, "theirs_url": theirs_url, "saved_by": by}


@register.filter(name="markdown")
def markdown_filter(value: str) -> SafeString:
    return markdown.render(value or "")


@register.filter
def said(comment) -> SafeString:
    """What a comment says, with the names that it addresses set apart."""
    names = [word for mention in comment.mentions.all() for word in mention.words]
    return markdown.render(comment.body, names)


@register.filter
def who(user) -> str:
    """Who did it; nobody means the worker."""
    return (user.get_full_name() or user.get_username()) if user else gettext("The worker")


@register.filter
def pairs(values: dict) -> list[tuple]:
    """Names and values; unlike `.items`, also of a dictionary that has a name `items`.

    The three ends of a range are one value: `principal_p10_days` and its likes are `principal`.
    """
    found = dict(values)
    for name in values:
        start = name.removesuffix("_p10_days")
        ends = [f"{start}_{end}_days" for end in ("p10", "p50", "p90")]
        if start == name or not all(end in values for end in ends):
            continue
        sides = zip(*(values[end] for end in ends), strict=True)
        whole = [None if set(side) == {None} else list(side) for side in sides]
        found = {
            f"{start}, days" if key == name else key: whole if key == name else value
            for key, value in found.items()
            if key not in ends[1:]
        }
    return list(found.items())


@register.filter
def words(name: str) -> str:
    """A name of code in words: `p50_days` is `p50 days`."""
    return str(name).replace("_", " ")


shown = register.filter("shown", formats.shown)


CHANGE_ICONS = {
    "created": "plus",
    "made": "plus",
    "estimated": "edit",
    "imported": "upload",
    "undone": "undo",
    "linked": "link",
    "archived": "clock",
    "deleted": "trash",
    "purged": "trash",
}


@register.filter
def change_icon(change) -> str:
    first = str(change.action).replace("_", " ").split(" ")[0]
    return "forecast" if change.door == "task" else CHANGE_ICONS.get(first, "edit")


@register.simple_tag
def report_parts(report: dict) -> dict[str, list]:
    """A job's report as facts (name, value) and tables (name, columns, rows).

    `page` is the address where the work shows its own report, and no fact.
    """
    facts, tables = [], []
    for name, value in report.items():
        if name == "page":
            continue
        title = words(name).capitalize()
        if isinstance(value, list) and value and isinstance(value[0], dict):
            columns = list(dict.fromkeys(key for row in value for key in row))
            rows = [[row.get(column) for column in columns] for row in value]
            tables.append((title, [words(column) for column in columns], rows))
        elif isinstance(value, dict):
            facts += [(f"{title}, {words(key)}", part) for key, part in value.items()]
        else:
            facts.append((title, value))
    return {"facts": facts, "tables": tables}

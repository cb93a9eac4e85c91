"""What the pages of an import of debt show, as ready strings."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tpm.formats import number

COUNTS = {
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "same": gettext_lazy("As they are"),
    "refused": gettext_lazy("Left out"),
}
WHAT = {
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changes"),
    "same": gettext_lazy("stays as it is"),
    "refused": gettext_lazy("left out"),
}
USES = {
    "used": gettext_lazy("read as"),
    "computed": gettext_lazy("computed here, not read"),
    "left": gettext_lazy("a matter of its page, not read: new debt comes in open"),
    "ignored": gettext_lazy("ignored: no field of debt is called so"),
}


def report_context(report: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of a report; empty where a job ended without one."""
    if "counts" not in report:
        return {}
    counts = report["counts"]
    return {
        "counts": [(str(words), number(counts[name])) for name, words in COUNTS.items()],
        "ready": counts["new"] + counts["changed"],
        "file_notes": report["notes"],
        "rows": format_html_join("\n", "{}", ((row_html(row),) for row in report["rows"])),
        "rows_more": report["rows_in_all"] - len(report["rows"]),
        "columns": format_html_join("\n", "{}", ((column_html(c),) for c in report["columns"])),
    }


def row_html(row: Mapping[str, Any]) -> SafeString:
    """One row: what it is, what becomes of it, and what was odd."""
    name = row["title"] or _("without a title")
    head = format_html("{}", name)
    if row["key"]:
        url = reverse("debt:item-detail", args=[row["key"]])
        head = format_html('<span class="key">{}</span> <a href="{}">{}</a>', row["key"], url, name)
    changes = format_html_join(
        "",
        "<li>{}: {}</li>",
        ((field, arrow(old, new)) for field, old, new in row["changes"]),
    )
    odd = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in notes_of(row)))
    return format_html(
        '<tr><td class="n">{}</td><th scope="row" class="wraps">{}</th><td class="narrow">{}</td>'
        '<td class="wraps">{}</td><td class="wraps">{}</td></tr>',
        number(row["number"]),
        head,
        WHAT[row["what"]],
        format_html('<ul class="plain">{}</ul>', changes) if changes else "",
        format_html('<ul class="plain">{}</ul>', odd) if odd else "",
    )


def arrow(old: str, new: str) -> str:
    return f"{old} → {new}" if old else new


def notes_of(row: Mapping[str, Any]) -> list[str]:
    kept = [
        _("%(field)s was edited here and stays %(here)s; the file says %(there)s.")
        % {"field": field, "here": here or _("empty"), "there": there}
        for field, here, there in row["kept"]
    ]
    return [*row["notes"], *kept]


def column_html(column: list[Any]) -> SafeString:
    name, use, as_field, filled = column
    said = f"{USES[use]} {as_field}" if use == "used" else USES[use]
    return format_html(
        '<tr><th scope="row" class="wraps">{}</th><td>{}</td><td class="n">{}</td></tr>',
        name or _("without a name"), said, number(filled),
    )  # fmt: skip

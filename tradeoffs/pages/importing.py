"""What the pages of an import of records show, as ready strings."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tpm.formats import number
from tpm.marks import badge_html
from tradeoffs.records.statuses import LINK

SHOWN = 500
WORDS = {
    "records": gettext_lazy("Records"),
    "created": gettext_lazy("New"),
    "updated": gettext_lazy("Changed"),
    "unchanged": gettext_lazy("Unchanged"),
    "left alone": gettext_lazy("Left alone"),
    "skipped": gettext_lazy("Passed over"),
    "supersession_edges": gettext_lazy("Replacements"),
    "other_links": gettext_lazy("Other links"),
    "suggested_links": gettext_lazy("Links in prose"),
    "warnings": gettext_lazy("Warnings"),
}
PARTS = {
    "context": gettext_lazy("context"),
    "reasons": gettext_lazy("decision"),
    "consequences": gettext_lazy("consequences"),
}


def report_context(report: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of a report; empty where a job ended without one."""
    if "counts" not in report:
        return {"left_out": []}
    records = report["records"]
    total = report.get("records_in_all", len(records))
    return {
        "collection": report["collection"],
        "counts": counts_of(report["counts"]),
        "statuses": ", ".join(f"{name} {n}" for name, n in report["statuses"].items()),
        "rows": format_html_join("\n", "{}", ((row_html(row),) for row in records[:SHOWN])),
        "rows_more": max(0, total - SHOWN),
        "edges": [f"{edge['new']} → {edge['old']}" for edge in report["supersession_edges"]],
        "others": others_html(report["other_links"][:SHOWN]),
        "suggested": others_html(report["suggested_links"][:SHOWN]),
        "skipped": format_html_join(
            "\n",
            '<tr><th scope="row">{}</th><td>{}</td></tr>',
            ((row["path"], row["reason"]) for row in report["skipped"][:SHOWN]),
        ),
        "skipped_count": report["counts"]["skipped"],
        "left_out": report.get("left_out", []),
    }


def counts_of(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    always = ("records", "created", "updated", "unchanged")
    return [
        (str(WORDS[name]), number(value))
        for name, value in counts.items()
        if value or name in always
    ]


def row_html(row: Mapping[str, Any]) -> SafeString:
    """One record: its file, what was read, what happens, and what was odd."""
    said = format_html(
        '<span class="wraps">{}</span><span class="sub-line"><span>{}</span></span>',
        row["title"] or _("without a title"),
        ", ".join(read_parts(row)) or _("nothing but its text"),
    )
    key = row.get("key")
    what = verb_words(row)
    if key:
        url = reverse("tradeoffs:decision-detail", args=[key])
        what_html = format_html('<a href="{}">{}</a> {}', url, key, what)
    else:
        what_html = format_html("{}", what)
    odd = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in row["warnings"]))
    return format_html(
        '<tr><th scope="row"><span class="wraps">{}</span><span class="sub-line"><span>{}</span>'
        '</span></th><td>{}</td><td>{}</td><td class="narrow">{}</td>'
        "<td>{}</td><td>{}</td></tr>",
        row["path"],
        row["style"],
        said,
        status_html(row),
        date_html(row),
        what_html,
        format_html("<ul>{}</ul>", odd) if odd else "",
    )


def read_parts(row: Mapping[str, Any]) -> list[str]:
    found = [str(PARTS[name]) for name in row["parts"]]
    if row["options"]:
        found.append(_("%(n)s options") % {"n": row["options"]})
    if row["tags"]:
        found.append(_("%(n)s tags") % {"n": len(row["tags"])})
    if row["number"] is not None:
        found.insert(0, _("number %(n)s") % {"n": row["number"]})
    return found


def status_html(row: Mapping[str, Any]) -> SafeString:
    """The state that the status is read as, and the words of the file."""
    if row["unmapped"]:
        badge = badge_html("draft", _("Draft, not mapped"), "warn", "help")
    else:
        badge = badge_html(row["state"])
    words = LINK.sub(r"\1", row["raw_status"]).strip() or _("no status")
    short = words if len(words) <= 60 else words[:59] + "…"
    trial = _("on trial") if row["trial"] else ""
    more = '{}<span class="sub-line"><span class="wraps">{} {}</span></span>'
    return format_html(more, badge, short, trial)


def date_html(row: Mapping[str, Any]) -> SafeString:
    if not row["date"]:
        return format_html('<span class="faint">{}</span>', _("none"))
    by = {"file name": _("from the file name"), "git": _("from its first commit")}
    more = by.get(row["date_from"] or "", "")
    return format_html('{}<span class="sub-line"><span>{}</span></span>', row["date"], more)


def verb_words(row: Mapping[str, Any]) -> str:
    words = {
        "created": _("new"),
        "updated": _("changes"),
        "unchanged": _("stays as it is"),
        "left alone": _("is left alone"),
    }[row["what"]]
    if row["changes"]:
        words = f"{words}: {', '.join(row['changes'])}"
    if row["kept"]:
        words += ". " + _("Edited here, so it stays: %(names)s") % {"names": ", ".join(row["kept"])}
    return words


def others_html(links: Iterable[Mapping[str, Any]]) -> SafeString:
    return format_html_join(
        "\n",
        '<tr><th scope="row">{}</th><td>{}</td><td class="wraps">{}</td><td>{}</td></tr>',
        (
            (
                link["of"],
                link["kind"],
                link["target"],
                link["to"] or (_("outside") if ":" in link["target"] else _("not found")),
            )
            for link in links
        ),
    )

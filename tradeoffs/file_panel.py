"""What the page of a decision shows of the file that it came from."""

from django.template.loader import render_to_string

from tpm import panels
from tradeoffs.models import DecisionLink, RecordFile

WEB = ("http://", "https://")
MOST_LINKS = 60


@panels.register("decision", order=90)
def of_decision(request, product, decision) -> str | None:
    """The file's own words: where it lies, its raw status, people, tags, links and warnings."""
    if not decision.imported:
        return None
    file = RecordFile.objects.filter(decision=decision).select_related("collection").first()
    if file is None:
        return None
    found = DecisionLink.objects.filter(decision=decision).exclude(target="").select_related("to")
    links = list(found[:MOST_LINKS])
    for link in links:
        link.is_web = link.target.lower().startswith(WEB)  # type: ignore[attr-defined]
    context = {
        "product": product,
        "file": file,
        "people": [(role, names) for role, names in file.people.items() if names],
        "extra": list(file.extra.items()),
        "tags": decision.tags.all(),
        "links": links,
    }
    return render_to_string("tradeoffs/panel_file.html", context, request)

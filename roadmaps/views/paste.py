"""Items from lines of text: what will be made, each error at its line, then all of it as one."""

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from roadmaps import outline
from roadmaps.models import Item
from roadmaps.services.outlines import Draft, drafts_of, plan_outline, resolved
from tpm import formats, navigation, operations
from tpm.roles import require
from tpm.undo_views import tell
from tpm.views import product_for

LONGEST = 100_000
EXAMPLE = """Instant payouts
    Risk checks before payout !5..8..20 #risk @"Instant payouts"
    Payout ledger !3..5..10 ^platform
    Payout screen !2..3..6 >"Payout ledger" >CHK-12"""


@require_http_methods(["GET", "POST"])
def item_paste(request, key):
    """A preview writes nothing; only `step=make` does."""
    product = product_for(request, key)
    require(request.user, "plan", product)
    text = request.POST.get("text", request.POST.get("line", ""))[:LONGEST]
    list_url = reverse("roadmaps:item-list", args=[product.key])
    drafts: list[Draft] = []
    if request.method == "POST" and text.strip():
        if request.POST.get("step") == "make":
            drafts = resolved(product, outline.parse(text))
            if drafts and not any(draft.problems for draft in drafts):
                try:
                    tell(request, make(product, drafts, request.user))
                except ValidationError:
                    pass
                else:
                    return redirect(list_url)
        else:
            drafts = drafts_of(product, text, by=request.user)
    problems = sum(bool(draft.problems) for draft in drafts)
    context = {
        "product": product,
        "text": text,
        "drafts": drafts,
        "problems": problems,
        "sentence": sentence(len(drafts), problems),
        "cut": len(drafts) == outline.MOST_LINES,
        "example": EXAMPLE,
        "kinds": Item.Kind.values,
        "list_url": list_url,
        "crumbs": navigation.crumbs(product, (_("Roadmap"), list_url), (_("Paste many"), "")),
    }
    status = 422 if problems and request.POST.get("step") == "make" else 200
    return render(request, "roadmaps/paste.html", context, status=status)


def make(product, drafts: list[Draft], user) -> operations.Recording:
    with operations.recorded(product, by=user) as done:
        items = plan_outline(product, drafts, by=user)
        words = ngettext(
            "%(first)s is in the plan, at the end of its order.",
            "%(n)s items are in the plan, at the end of its order: %(first)s to %(last)s.",
            len(items),
        )
        done.words = words % {
            "n": formats.number(len(items)), "first": items[0].key, "last": items[-1].key
        }  # fmt: skip
    return done


def sentence(count: int, problems: int) -> str:
    words = ngettext("%(n)s item would be made", "%(n)s items would be made", count) % {
        "n": formats.number(count)
    }
    if not problems:
        return f"{words}."
    wrong = ngettext("%(n)s line needs a change first", "%(n)s lines need a change first", problems)
    return f"{words}; {wrong % {'n': formats.number(problems)}}."

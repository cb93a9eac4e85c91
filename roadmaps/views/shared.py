"""What somebody sees who has a link and no account: nothing of the app, nothing of their own."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from roadmaps import calendar_feed, services
from roadmaps.models import ShareLink
from roadmaps.pages.shared import NOBODY, SharedPage
from roadmaps.queries.sharing import link_of
from roadmaps.timeline import whole
from roadmaps.timeline.paint import painted
from roadmaps.views.exports import calendar_response, svg_response

HEADERS = {
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private",
}

Answer = Callable[[ShareLink, str], HttpResponse | None]


def opened(answer: Answer):
    """Find the link of the address; unknown, expired, revoked and not shown all are one 404."""

    @login_not_required
    @require_safe
    @wraps(answer)
    def view(request, token: str) -> HttpResponse:
        link = link_of(token)
        response = answer(link, token) if link is not None else None
        if link is None or response is None:
            # Without the request: the answer to a stranger has nothing of whoever is signed in.
            response = HttpResponse(render_to_string("roadmaps/shared_gone.html"), status=404)
        else:
            services.note_use(link)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    return view


@opened
def shared(link: ShareLink, token: str) -> HttpResponse | None:
    """Timeline, list and objectives on one page, as far as the link shows them."""
    if not (link.shows_timeline or link.shows_list or link.shows_objectives):
        return None
    page = SharedPage(link)
    context = {
        "link": link,
        "page": page,
        "stamp": whole.as_of(page.line),
        "what": whole.filter_words(page.line, page.facts),
        "calendar": reverse("roadmaps:shared-calendar", args=[token])
        if link.shows_calendar
        else "",
    }
    if link.shows_timeline:
        frame = whole.Frame(titled=False)
        # Every text in it is escaped where it is drawn.
        line = whole.cut_to_use(page.line)
        drawn = whole.drawing(line, line.places, frame, page.facts)
        context["drawing"] = mark_safe(drawn)  # noqa: S308
        context["svg"] = reverse("roadmaps:shared-svg", args=[token])
    return HttpResponse(render_to_string("roadmaps/shared.html", context))


@opened
def shared_svg(link: ShareLink, token: str) -> HttpResponse | None:
    if not link.shows_timeline:
        return None
    page = SharedPage(link)
    line = whole.cut_to_use(page.line)
    return svg_response(painted(whole.drawing(line, line.places, whole.Frame(), page.facts)))


@opened
def shared_calendar(link: ShareLink, token: str) -> HttpResponse | None:
    """Milestones; objectives and items with a target where the link shows and tells them."""
    if not link.shows_calendar:
        return None
    kinds = {"milestones", "targets"} | ({"objectives"} if link.shows_objectives else set())
    text = calendar_feed.feed(
        link.product, SharedPage(link).address.asked, NOBODY, kinds=kinds, facts=link.facts,
        name=f"{link.product.name}, {link.name}",
    )  # fmt: skip
    return calendar_response(text)

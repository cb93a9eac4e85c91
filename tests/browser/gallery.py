"""Every component in its states on one page, for the browser tests only."""

import datetime as dt
from types import SimpleNamespace

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from tpm import charts, svg, views
from tpm.editing import EditConflict, conflict_response
from tpm.forms import CommentForm
from tpm.models import Product
from tpm.urls import urlpatterns as own_urlpatterns

DAY = dt.date(2027, 1, 4)
NASTY = "<b>&\"' a title that goes on for much longer than anybody would like it to do"


def day(offset: int) -> dt.date:
    return DAY + dt.timedelta(days=offset)


def job(pk: int, state: str, **fields) -> SimpleNamespace:
    now = timezone.now()
    ended = now if state in ("done", "failed", "cancelled") else None
    known = {"title": f"Import {state}", "done": 1240, "total": 3000, "unit": "rows", "note": ""}
    return SimpleNamespace(
        **known | {"pk": pk, "state": state, "started_at": now, "ended_at": ended, "report": {}},
        **fields,
    )


def rows(user) -> list[dict]:
    change = SimpleNamespace(
        action="estimated",
        fields={"p50_days": [22.0, 28.0], "target": [None, "2027-02-26"]},
        why=NASTY,
        door="task",
        get_door_display=lambda: "Worker",
    )
    comment = SimpleNamespace(
        pk=1, body=f"See **CHK-A9**. {NASTY} @Ada", edited_at=timezone.now(), deleted_at=None,
        by_id=0, mentions=SimpleNamespace(all=lambda: [SimpleNamespace(words=["Ada"])]),
    )  # fmt: skip
    return [
        {"at": timezone.now(), "by": None, "change": change, "comment": None},
        {"at": timezone.now(), "by": user, "change": None, "comment": comment},
    ]


def gallery(request):
    shares = [
        (day(7 * week), weight / 100) for week, weight in enumerate((2, 9, 21, 26, 19, 12, 7, 4))
    ]
    context = {
        "nasty": NASTY,
        "days": {
            name: day(at) for name, at in (("p50", 23), ("p85", 40), ("p95", 50), ("end", 60))
        },
        "start": DAY,
        "form": CommentForm({"body": ""}) if "errors" in request.GET else CommentForm(),
        "jobs": [job(1, "queued"), job(2, "running"), job(3, "done"), job(4, "failed")],
        "page": Paginator(range(300), 100).page(2),
        "rows": rows(request.user),
        "chips": [("Team", "Payments", "?"), ("Kind", NASTY, "?")],
        "tabs": [("Overview", "?", True, ""), ("Estimates", "?a", False, 3)],
        "facts": [("Effort, learned", "18–34–64 d"), ("Drag", NASTY)],
        "moves": [("Next", "/move/"), ("Later", "/move/")],
        "parts": [("f50", "Effort", "34 d by 2 people", "25 d"), ("fhatch", "Debt", NASTY, "6 d")],
        "why_bar": svg.why_bar([("Effort", 25, "f50"), ("Debt drag", 6, "fhatch")], title="Why"),
        "chart": charts.finish_chart(
            shares,
            p50=day(25),
            p85=day(41),
            p95=day(52),
            target=day(33),
            title=f"When {NASTY} is done",
        ),
        "drawings": [
            svg.interval_bar(1.2, 2.1, 3.4, most=4, limit=2, fill="fd2", title="Interest"),
            svg.estimate_bar(18, 34, 64, most=80, used=True, title="History says"),
            svg.spark([3, 4, None, 5, 4, 6], title="Six months", target=5),
            svg.share_bar(0.38, title="38 %"),
            svg.moved(day(20), day(31), start=DAY, end=day(60), target=day(25), title="11 d later"),
            svg.step_bar(2, 5, least=-3, most=9, title="3 d later"),
        ],
    }
    return render(request, "gallery.html", context)


@require_POST
def echo(request):
    """Answers a POST from a nested fragment; passes only with the token of the body."""
    return HttpResponse('<p id="echo-answer">arrived</p>')


@require_POST
def refuse(request):
    return render(
        request, "errors/403.html", {"sentence": "Ask Lena for the role planner."}, status=403
    )


@require_POST
def conflict(request):
    """Answers as if somebody had saved the product in between."""
    product = Product.objects.get(key="PAY")
    mine = {"name": request.POST["name"], "hours_per_day": product.hours_per_day}
    return conflict_response(request, EditConflict(product, mine))


@login_not_required
def broken(request):
    raise RuntimeError("broken on purpose")


urlpatterns = [
    *own_urlpatterns,
    path("gallery/", gallery),
    path("gallery/echo/", echo),
    path("gallery/refuse/", refuse),
    path("gallery/conflict/", conflict),
    path("gallery/broken/", broken),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error

from django.urls import path

from tradeoffs.file_urls import urlpatterns as file_urls
from tradeoffs.find_urls import urlpatterns as find_urls
from tradeoffs.views import history, listing, record, review, weighing

app_name = "tradeoffs"


def step(name: str):
    """A move of the state, at an address of its own."""
    return path(
        f"a/<slug:key>/{name}/", record.decision_step, {"step": name}, name=f"decision-{name}"
    )


urlpatterns = [
    path("p/<slug:key>/decisions/", listing.decision_list, name="decision-list"),
    path("p/<slug:key>/decisions/new/", listing.decision_create, name="decision-create"),
    path("a/<slug:key>/", record.decision_detail, name="decision-detail"),
    path("a/<slug:key>/record.md", record.decision_export, name="decision-export"),
    path("a/<slug:key>/edit/", record.decision_edit, name="decision-edit"),
    path("a/<slug:key>/links/", record.decision_links, name="decision-links"),
    path("a/<slug:key>/replaces/<int:pk>/", record.replacement_remove, name="replacement-remove"),
    step("submit"),
    path("a/<slug:key>/review/", review.decision_review, name="decision-review"),
    path("a/<slug:key>/history/", history.decision_history, name="decision-history"),
    step("withdraw"),
    step("deprecate"),
    step("reopen"),
    path("a/<slug:key>/options/new/", weighing.option_create, name="option-create"),
    path("a/<slug:key>/options/<int:pk>/", weighing.option_edit, name="option-edit"),
    path("a/<slug:key>/criteria/new/", weighing.criterion_create, name="criterion-create"),
    path("a/<slug:key>/criteria/<int:pk>/", weighing.criterion_edit, name="criterion-edit"),
    path("a/<slug:key>/weights/", weighing.weights_edit, name="weights-edit"),
    path(
        "a/<slug:key>/cells/<int:option_pk>/<int:criterion_pk>/",
        weighing.score_edit,
        name="score-edit",
    ),
    *file_urls,
    *find_urls,
]

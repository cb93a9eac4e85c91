from django.urls import path

from tradeoffs.file_urls import urlpatterns as file_urls
from tradeoffs.find_urls import urlpatterns as find_urls
from tradeoffs.follow_urls import urlpatterns as follow_urls
from tradeoffs.views import (
    history,
    inbox,
    listing,
    matrix,
    moving,
    record,
    review,
    robustness,
    scoring,
    sections,
    talking,
    weighing,
    weights,
)

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
    path("a/<slug:key>/submit/", moving.decision_submit, name="decision-submit"),
    path("a/<slug:key>/review/", review.decision_review, name="decision-review"),
    path("p/<slug:key>/reviews/", inbox.review_inbox, name="review-inbox"),
    path("a/<slug:key>/review/plan/", review.review_plan, name="review-plan"),
    path("a/<slug:key>/review/people/<int:pk>/", review.reviewer_excuse, name="reviewer-excuse"),
    path(
        "a/<slug:key>/review/<int:pk>/withdrawn/",
        review.objection_end,
        {"how": "withdrawn"},
        name="objection-withdrawn",
    ),
    path(
        "a/<slug:key>/review/<int:pk>/overruled/",
        review.objection_end,
        {"how": "overruled"},
        name="objection-overruled",
    ),
    path("a/<slug:key>/scoring/", scoring.decision_scoring, name="decision-scoring"),
    path("a/<slug:key>/scoring/open/", scoring.round_open, name="round-open"),
    path("a/<slug:key>/scoring/take/", scoring.round_take, name="round-take"),
    path("a/<slug:key>/sections/<slug:name>/", sections.section_edit, name="section-edit"),
    path("a/<slug:key>/sections/<slug:name>/draft/", sections.section_draft, name="section-draft"),
    path("a/<slug:key>/amend/<slug:name>/", sections.amendment_create, name="amendment-create"),
    path("a/<slug:key>/amendments/<int:pk>/", sections.amendment_judge, name="amendment-judge"),
    path("a/<slug:key>/comments/", talking.comment_at, name="comment-at"),
    path("a/<slug:key>/comments/<int:pk>/", talking.comment_settle, name="comment-settle"),
    path("a/<slug:key>/accept/", moving.decision_accept, name="decision-accept"),
    path("a/<slug:key>/history/", history.decision_history, name="decision-history"),
    path("a/<slug:key>/matrix/", matrix.decision_matrix, name="decision-matrix"),
    path("a/<slug:key>/matrix.csv", matrix.matrix_csv, name="matrix-csv"),
    path("a/<slug:key>/matrix/fill/", matrix.matrix_fill, name="matrix-fill"),
    path("a/<slug:key>/matrix/refresh/", matrix.matrix_refresh, name="matrix-refresh"),
    path("a/<slug:key>/matrix/quick/", matrix.pugh_fill, name="pugh-fill"),
    path("a/<slug:key>/robustness/", robustness.decision_robustness, name="decision-robustness"),
    path(
        "a/<slug:key>/robustness/preview/",
        robustness.robustness_preview,
        name="robustness-preview",
    ),
    path(
        "a/<slug:key>/robustness.json",
        robustness.robustness_reproduce,
        name="robustness-reproduce",
    ),
    step("withdraw"),
    step("deprecate"),
    step("reopen"),
    path("a/<slug:key>/options/new/", weighing.option_create, name="option-create"),
    path("a/<slug:key>/options/<int:pk>/", weighing.option_edit, name="option-edit"),
    path("a/<slug:key>/criteria/new/", weighing.criterion_create, name="criterion-create"),
    path("a/<slug:key>/criteria/<int:pk>/", weighing.criterion_edit, name="criterion-edit"),
    path("a/<slug:key>/weights/", weights.weights_edit, name="weights-edit"),
    path(
        "a/<slug:key>/cells/<int:option_pk>/<int:criterion_pk>/",
        weighing.score_edit,
        name="score-edit",
    ),
    *file_urls,
    *find_urls,
    *follow_urls,
]

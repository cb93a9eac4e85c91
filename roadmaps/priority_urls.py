"""Addresses of priorities."""

from django.urls import path

from roadmaps.views import priorities, proposals

urlpatterns = [
    path("p/<slug:key>/priorities/", priorities.priorities, name="priorities"),
    path("p/<slug:key>/priorities/formula/", priorities.formula_edit, name="priority-formula"),
    path("p/<slug:key>/priorities/fresh/", priorities.priorities_fresh, name="priorities-fresh"),
    path("p/<slug:key>/priorities/orders/", proposals.proposals_new, name="proposals-new"),
    path("p/<slug:key>/priorities/orders/<int:pk>/", proposals.proposals, name="proposals"),
    path(
        "p/<slug:key>/priorities/orders/<int:pk>/take/",
        proposals.proposals_take,
        name="proposals-take",
    ),
    path(
        "p/<slug:key>/priorities/orders/<int:pk>/try/",
        proposals.proposals_try,
        name="proposals-try",
    ),
    path("p/<slug:key>/priorities/pair/", priorities.pair, name="priority-pair"),
    path(
        "p/<slug:key>/objectives/<int:pk>/value/",
        priorities.objective_value,
        name="objective-value",
    ),
    path("i/<slug:key>/priority/", priorities.item_priority, name="item-priority"),
    path("i/<slug:key>/priority/<slug:name>/", priorities.item_input, name="item-input"),
    path("i/<slug:key>/value/", priorities.item_value, name="item-value"),
]

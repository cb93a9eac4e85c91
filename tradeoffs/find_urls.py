"""Addresses of finding decisions, taken into those of the app."""

from django.urls import path

from tradeoffs.views import bulk, graph, relying, similar

urlpatterns = [
    path("p/<slug:key>/decisions/bulk/", bulk.decision_bulk, name="decision-bulk"),
    path("p/<slug:key>/decisions/similar/", similar.decision_similar, name="decision-similar"),
    path("p/<slug:key>/decisions/graph/", graph.decision_graph, name="decision-graph"),
    path("a/<slug:key>/relate/", relying.decision_relate, name="decision-relate"),
    path(
        "a/<slug:key>/relate/<int:pk>/remove/", relying.decision_unrelate, name="decision-unrelate"
    ),
    path("a/<slug:key>/relied/", relying.decision_relied, name="decision-relied"),
]

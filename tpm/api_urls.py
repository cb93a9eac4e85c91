"""Wiring of the REST API: each app adds its resources to one router."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

import debt.api
import debt.badge_api
import debt.bulk_api
import debt.consequence_api
import debt.csv_api
import debt.economics_api
import debt.effort_api
import debt.finding_api
import debt.history_api
import debt.map_api
import debt.owner_api
import debt.scan_api
import debt.totals_api
import debt.view_api
import roadmaps.api
import tradeoffs.api.decisions
import tradeoffs.api.files
import tradeoffs.api.follow
from tpm import job_api, operation_api
from tpm import openapi as openapi  # registers how tokens are described

router = SimpleRouter()
job_api.register(router)
operation_api.register(router)
roadmaps.api.register(router)
tradeoffs.api.decisions.register(router)
tradeoffs.api.files.register(router)
tradeoffs.api.follow.register(router)
debt.api.register(router)
debt.bulk_api.register(router)
debt.csv_api.register(router)
debt.map_api.register(router)
debt.finding_api.register(router)
debt.totals_api.register(router)
debt.view_api.register(router)
debt.badge_api.register(router)
debt.consequence_api.register(router)
debt.history_api.register(router)
debt.economics_api.register(router)
debt.scan_api.register(router)
debt.effort_api.register(router)
debt.owner_api.register(router)

urlpatterns = [
    path("", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
]

"""Wiring of the REST API: each app adds its resources to one router."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

import debt.api
import roadmaps.api
import tradeoffs.api
from tpm import job_api, operation_api, people_api
from tpm import openapi as openapi  # registers how tokens are described

router = SimpleRouter()
job_api.register(router)
operation_api.register(router)
people_api.register(router)
roadmaps.api.register(router)
tradeoffs.api.register(router)
debt.api.register(router)

urlpatterns = [
    path("", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
]

"""Every address of the app. Wiring: may name everyone."""

from django.urls import include, path

from tpm import health, views

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path("", include("tpm.page_urls")),
    path("", include("roadmaps.urls")),
    path("", include("tradeoffs.urls")),
    path("", include("debt.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("api/v1/", include("tpm.api_urls")),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error

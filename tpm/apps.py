from django.apps import AppConfig


class TpmConfig(AppConfig):
    name = "tpm"
    verbose_name = "Workspace"
    default_auto_field = "django.db.models.BigAutoField"

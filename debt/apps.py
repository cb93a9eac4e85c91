from django.apps import AppConfig


class DebtConfig(AppConfig):
    name = "debt"
    default_auto_field = "django.db.models.BigAutoField"

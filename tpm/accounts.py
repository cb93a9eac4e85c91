from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings

from tpm import services


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return settings.SIGNUP_OPEN

    def save_user(self, request, user, form, commit=True):
        user = super().save_user(request, user, form, commit)
        if commit:
            services.welcome(user)
        return user

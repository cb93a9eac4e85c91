"""Django's own sentences about limits, in the words of this product."""

from django.core import validators
from django.utils.translation import gettext_lazy as _


def speak_plainly() -> None:
    """Say what a limit is, at every form, API operation and import."""
    validators.MinValueValidator.message = _("It is at least %(limit_value)s.")
    validators.MaxValueValidator.message = _("It is at most %(limit_value)s.")
    validators.MaxLengthValidator.message = _(
        "Keep it to %(limit_value)d characters: these are %(show_value)d."
    )

"""The one registry of keyboard shortcuts: it feeds the help dialog, and the script reads that."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tpm import navigation
from tpm.models import Product


@dataclass(frozen=True)
class Shortcut:
    """keys: pressed one after the other, parted by spaces. action: what the script does."""

    keys: str
    label: str
    action: str
    url: str = ""

    @property
    def caps(self) -> list[str]:
        return [key.upper() if len(key) == 1 else key for key in self.keys.split()]


@dataclass(frozen=True)
class Group:
    title: str
    shortcuts: list[Shortcut]


def groups(product: Product | None) -> list[Group]:
    goes = [
        Shortcut(entry.shortcut, entry.label, "go", entry.url)
        for entry in navigation.entries(product, "")
        if entry.shortcut
    ]
    return [
        Group(
            _("Everywhere"),
            [
                Shortcut("Ctrl+K", _("Search or do"), "palette"),
                Shortcut("?", _("Keyboard help"), "help"),
                Shortcut("/", _("Filter this list"), "filter"),
                Shortcut("c", _("Create"), "create"),
                Shortcut("[", _("Collapse or open the sidebar"), "sidebar"),
                Shortcut("]", _("Close or open the side panel"), "inspector"),
            ],
        ),
        Group(_("Go to"), goes),
        Group(
            _("In a list or on a record"),
            [
                Shortcut("j", _("Next row"), "next"),
                Shortcut("k", _("Previous row"), "previous"),
                Shortcut("x", _("Select the row"), "select"),
                Shortcut("Enter", _("Open the row"), "open"),
                Shortcut("e", _("Edit"), "edit"),
                Shortcut("s", _("Change the status"), "status"),
            ],
        ),
    ]

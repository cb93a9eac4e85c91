"""The one registry of keyboard shortcuts: it feeds the help dialog, and the script reads that."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tpm import navigation
from tpm.models import Product


@dataclass(frozen=True)
class Shortcut:
    """keys: pressed one after the other, parted by spaces.

    action: what the script does; empty where the part of the page that has the focus answers
    """

    keys: str
    label: str
    action: str = ""
    url: str = ""

    @property
    def caps(self) -> list[str]:
        return [key.upper() if len(key) == 1 else key for key in self.keys.split()]


@dataclass(frozen=True)
class Group:
    """needs: what the page must have for these keys to do anything, as a CSS selector."""

    title: str
    shortcuts: list[Shortcut]
    needs: str = ""


def groups(product: Product | None, may: Mapping[str, bool] | None = None) -> list[Group]:
    """may: what this person may do in the product, by ability"""
    goes = [
        Shortcut(entry.shortcut, entry.label, "go", entry.url)
        for entry in navigation.entries(product, "")
        if entry.shortcut
    ]
    makes = [
        Shortcut(entry.shortcut, _("Create: %(what)s") % {"what": entry.label}, "go", entry.url)
        for entry in navigation.creatable(product, may or {})
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
                *makes,
                Shortcut("[", _("Collapse or open the sidebar"), "sidebar"),
                Shortcut("]", _("Close or open the side panel"), "inspector"),
            ],
        ),
        Group(
            _("Take back what you did"),
            [Shortcut("Ctrl+Z", _("Undo")), Shortcut("Ctrl+Shift+Z", _("Do it again"))],
            "#undo",
        ),
        Group(_("Go to"), goes),
        Group(
            _("In a list"),
            [
                Shortcut("j", _("Next row"), "next"),
                Shortcut("k", _("Previous row"), "previous"),
                Shortcut("Enter", _("Open the row")),
            ],
            "[data-row]",
        ),
        Group(
            _("In a list with boxes"),
            [Shortcut("x", _("Select the row"), "select")],
            "[data-row] input[type=checkbox]",
        ),
        Group(
            _("In the list of decisions"),
            [Shortcut("n", _("New decision"), "new")],
            "[data-does=new]",
        ),
        Group(
            _("In the list of items"),
            [
                Shortcut("E", _("Change the title; Enter on another value changes that")),
                Shortcut("Shift+Enter", _("In the line for a new item: many lines at once")),
            ],
            "#items [data-cell]",
        ),
        Group(
            _("On the board"),
            [
                Shortcut("← ↑ ↓ →", _("Card beside, above or below")),
                Shortcut("M", _("Move the card to another column")),
            ],
            ".card [data-move]",
        ),
        Group(
            _("On a map of debt"),
            [
                Shortcut("← ↑ ↓ →", _("The nearest part that way; Home and End: first and last")),
                Shortcut("Esc", _("From the files of a component to all components")),
            ],
            "svg.tree",
        ),
        Group(
            _("On debt, or in a row of it"),
            [
                Shortcut("t", _("It cost me 15 minutes"), "tap"),
                Shortcut("y", _("Still true, on the page of debt that asks it"), "confirm"),
            ],
            "[data-does=tap], [data-does=confirm]",
        ),
        Group(
            _("In a row of the register of debt"),
            [Shortcut("E", _("Change the title; Enter on another value changes that"))],
            ".app-debt [data-cell]",
        ),
        Group(
            _("On a record"),
            [
                Shortcut("e", _("Edit"), "edit"),
                Shortcut("s", _("Move an item to another state"), "status"),
            ],
            "[data-does=edit], [data-does=status]",
        ),
        Group(
            _("In a matrix"),
            [
                Shortcut("← ↑ ↓ →", _("Cell beside, above or below")),
                Shortcut("Enter", _("Score the cell; a digit begins to")),
                Shortcut("?", _("Show the scale of the cell")),
                Shortcut("Ctrl+V", _("Paste cells from a spreadsheet")),
            ],
            "table[data-grid]",
        ),
        Group(
            _("In the rows of the timeline"),
            [
                Shortcut("↑ ↓", _("Row above or below")),
                Shortcut("← →", _("Fold or open a lane")),
                Shortcut("Enter", _("Open the item beside the timeline")),
                Shortcut("Shift+Enter", _("Open the item as a page")),
                Shortcut("W", _("Why this date")),
                Shortcut("T", _("Go to today")),
                Shortcut("+ −", _("Zoom in or out")),
                Shortcut("Ctrl+← Ctrl+→", _("Scroll through time")),
                Shortcut("Esc", _("Close the side panel")),
            ],
            ".tl-rows",
        ),
        Group(
            _("Rows of the timeline, by hand"),
            [
                Shortcut("M ← →", _("Move the start; Enter keeps, Esc drops")),
                Shortcut("] ← →", _("Move the target")),
                Shortcut("P", _("Pin to its start, or let it go")),
                Shortcut("D", _("Links")),
                Shortcut("E", _("Estimate")),
                Shortcut("Alt+↑ Alt+↓", _("Earlier or later in the order")),
            ],
            "[data-change]",
        ),
        Group(
            _("In the cells of a matrix"),
            [
                Shortcut("← ↑ ↓ →", _("Cell beside, above or below")),
                Shortcut("Enter", _("Score the cell; a digit begins with it")),
                Shortcut("Esc", _("Leave the cell as it was")),
            ],
            "[data-cell-open]",
        ),
    ]

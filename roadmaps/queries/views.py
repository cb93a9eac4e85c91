"""Which saved views of a plan a person sees, and with which one a page opens."""

from roadmaps.models import DefaultView, SavedView
from tpm.saved_views import Shelf

SHELF = Shelf(SavedView, DefaultView, "roadmaps")

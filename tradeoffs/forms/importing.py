"""Forms of the pages that bring records in and take them out."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tradeoffs.exporting import FORMATS
from tradeoffs.import_services.sources import MOST_FILES, MOST_PACKED
from tradeoffs.models import StatusWord
from tradeoffs.records.words import MAX_BYTES


class RecordsForm(forms.Form):
    """An archive of a folder, one Markdown file, or the text of one record."""

    file = forms.FileField(
        label=_("Zip archive or Markdown file"),
        required=False,
        help_text=_(
            "Zip the folder of your records. Up to %(size)s MB and %(files)s files; each record "
            "at most 1 MB."
        )
        % {"size": MOST_PACKED // 1024 // 1024, "files": f"{MOST_FILES:,}"},
        widget=forms.FileInput({"accept": ".zip,.md,.markdown"}),
    )
    text = forms.CharField(
        label=_("Or paste the text of one record"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("File name of the pasted record"),
        required=False,
        max_length=120,
        help_text=_("Such as 0007-use-redis.md. Empty: made from its title."),
    )
    collection = forms.CharField(
        label=_("Collection"),
        required=False,
        max_length=120,
        help_text=_(
            "The folder or repository they come from. The same collection and path mean the same "
            "decision when you import again. Empty: the name of the archive."
        ),
    )

    def clean(self):
        data = super().clean() or {}
        file, text = data.get("file"), data.get("text", "")
        if self.errors:
            return data
        if bool(file) == bool(text.strip()):
            raise forms.ValidationError(_("Choose a file or paste a text: one of the two."))
        if file and file.size > MOST_PACKED:
            self.add_error("file", _("It is larger than %(n)s MB.") % {"n": MOST_PACKED // 1024**2})
        if text and len(text.encode()) > MAX_BYTES:
            self.add_error("text", _("A record has at most 1 MB."))
        return data


class CollectionForm(forms.Form):
    """The collection of an upload that is looked at."""

    collection = forms.CharField(label=_("Collection"), max_length=120)


class ExportForm(forms.Form):
    """Which decisions, and how those are written that came from no file."""

    collection = forms.ChoiceField(label=_("Which"), required=False)
    style = forms.ChoiceField(
        label=_("Decisions that came from no file"),
        required=False,
        choices=[("madr", "MADR 4.0"), ("nygard", _("Nygard, as adr-tools writes them"))],
    )

    def __init__(self, data=None, *, collections=(), initial=None) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["collection"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All decisions")), *((str(c.pk), c.name) for c in collections)]

    def style_chosen(self) -> str:
        style = self.cleaned_data.get("style") or "madr"
        return style if style in FORMATS else "madr"


class StatusWordForm(forms.ModelForm):
    """One word and what it means here."""

    class Meta:
        model = StatusWord
        fields = ["word", "state", "trial"]
        help_texts = {"word": _("As files write it; capitals do not matter.")}

    def clean_word(self) -> str:
        return " ".join(self.cleaned_data["word"].lower().split())

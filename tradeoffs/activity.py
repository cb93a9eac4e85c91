"""What happened to a decision, as lines of its activity stream."""

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tpm import markdown, queries
from tpm.models import Change
from tradeoffs.models import Decision

SHORT = 80


def name_of(user) -> str:
    """How a person is called: by name where the account has one."""
    if user is None:
        return "The app"
    person = getattr(user, "person", None)
    return person.name if person is not None else user.get_full_name() or user.get_username()


def entries(decision: Decision, user) -> list[dict]:
    """Comments and changes, newest first, for components/activity.html."""
    found = []
    for row in queries.activity(decision):
        comment, change = row["comment"], row["change"]
        who = name_of(row["by"])
        if comment is None:
            found.append({"kind": "edit", "who": who, "at": row["at"], "what": said(change)})
            continue
        mine = comment.by_id == user.pk and not comment.deleted_at
        found.append(
            {
                "kind": "comment",
                "who": who,
                "at": row["at"],
                "body": markdown.render(comment.body),
                "edited": comment.edited_at,
                "deleted": comment.deleted_at,
                "edit_url": reverse("tpm:comment-edit", args=[comment.pk]) if mine else "",
            }
        )
    return found


def said(change: Change) -> SafeString:
    """One change in words: what was done, from what to what, and why."""
    parts = format_html_join(
        "",
        "; {} {}",
        ((name.replace("_", " "), old_and_new(*pair)) for name, pair in change.fields.items()),
    )
    why = format_html(" “{}”", change.why) if change.why else ""
    return format_html("{}{}{}", change.action, parts, why)


def old_and_new(old, new) -> SafeString:
    if old in (None, "", []):
        return format_html("{}", short(new))
    return format_html('<s class="was">{}</s> {}', short(old), short(new))


def short(value) -> str:
    if value in (None, "", []):
        return "none"
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    text = " ".join(str(value).split())
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"

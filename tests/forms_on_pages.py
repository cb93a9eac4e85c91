"""The fields of a form as a browser sends them, read from its page."""

from html.parser import HTMLParser


class Forms(HTMLParser):
    """`found`: the pairs that each form of a page sends, in the order of the forms."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[list[tuple[str, str]]] = []
        self.inside = False
        self.text: str | None = None  # name of the textarea that is being read
        self.choice: tuple[str, list[tuple[str, bool]]] | None = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "form":
            self.inside = True
            self.found.append([])
        elif not self.inside:
            return
        elif tag == "option" and self.choice:
            self.choice[1].append((given.get("value", ""), "selected" in given))
        elif not name:
            return
        elif tag == "textarea":
            self.text = name
            self.found[-1].append((name, ""))
        elif tag == "select":
            self.choice = (name, [])
        elif tag == "input" and (kind not in ("checkbox", "radio") or "checked" in given):
            self.found[-1].append((name, given.get("value", "on" if kind == "checkbox" else "")))

    def handle_data(self, data):
        if self.text:
            name, before = self.found[-1].pop()
            text = before + data
            self.found[-1].append((name, text if before else text.removeprefix("\n")))

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            self.text = None
        elif tag == "select" and self.choice:
            name, options = self.choice
            chosen = [value for value, selected in options if selected]
            self.found[-1] += [(name, value) for value in chosen or [v for v, _ in options[:1]]]
            self.choice = None


def fields_of(answer, /, **typed) -> dict[str, list[str]]:
    """What the form of a page that carries what it was opened with sends, with what is typed."""
    page = Forms()
    page.feed(answer.content.decode())
    form = next(pairs for pairs in page.found if any(key == "opened" for key, _ in pairs))
    sent: dict[str, list[str]] = {}
    for key, value in form:
        if key != "csrfmiddlewaretoken":
            sent.setdefault(key, []).append(value)
    for key, value in typed.items():
        sent[key] = value if isinstance(value, list) else [value]
    return sent


def kept(browser, address: str, change, **typed) -> str:
    """Open a form, let somebody else change the row, send it, and press Save mine.

    returns: the page of the conflict
    """
    sent = fields_of(browser.get(address), **typed)
    change()
    conflict = browser.post(address, sent)
    assert conflict.status_code == 409
    assert browser.post(address, fields_of(conflict)).status_code == 302
    page: str = conflict.content.decode()
    return page

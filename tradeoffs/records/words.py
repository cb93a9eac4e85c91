"""From bytes to text and back without loss, and values without their decoration."""

import re
import unicodedata

MAX_BYTES = 1024 * 1024
"""Of one record; longer files are no records."""

COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
HOLE = re.compile(r"\{[^{}\n]*\}|\[[^\[\]\n]*\](?!\()")
JOINERS = "\u200b\u200c\u200d\u2060\ufeff"
DECORATION = ("So", "Sk", "Mn", "Me", "Cf", "Co", "Cn")
ENCODINGS = ("utf-8", "cp1252", "latin-1")


class Unreadable(Exception):
    """Why a file cannot be read, as a sentence."""


def decode(data: bytes) -> tuple[str, str]:
    """Text and the encoding that gives the same bytes again.

    raises: Unreadable for what is too long or no text
    """
    if len(data) > MAX_BYTES:
        size = f"{len(data) / 1024 / 1024:.1f} MB"
        raise Unreadable(f"It is {size} long; a record has at most 1 MB.")
    if b"\x00" in data:
        raise Unreadable("It is no text: it holds NUL bytes.")
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.encode(encoding) == data:
            return text, encoding
    raise Unreadable("It is no text that can be read.")


def encode(text: str, encoding: str) -> bytes:
    """The bytes of a text; UTF-8 where an edit brought letters that the encoding has not."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return text.encode("utf-8")


def newline_of(text: str) -> str:
    """The line ending that a text uses most."""
    crlf = text.count("\r\n")
    return "\r\n" if crlf and crlf * 2 >= text.count("\n") else "\n"


def lines_of(text: str) -> str:
    """With plain line ends, as people compare texts."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def without_comments(text: str) -> str:
    return COMMENT.sub("", text)


def plain(value: str) -> str:
    """One value on one line: no comments, pictures, emphasis, quotes or odd blanks around it."""
    kept: list[str] = []
    for letter in without_comments(value):
        kind = unicodedata.category(letter)
        accent = kind == "Mn" and kept and kept[-1].isalpha()
        if letter in JOINERS or (kind in DECORATION and not accent):
            continue
        kept.append(" " if letter.isspace() or kind == "Cc" else letter)
    text = " ".join("".join(kept).split())
    while len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`*_":
        text = text[1:-1].strip()
    return text.strip("*_` ").strip()


LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
CODE = re.compile(r"(`+)(?!`)\s*(.+?)\s*(?<!`)\1(?!`)")
STRESS = re.compile(r"(?<!\w)(\*\*|__|~~|\*)(?=\S)(.+?)(?<=\S)\1(?!\w)")


def unmarked(title: str) -> str:
    """A heading as it is read: without marks of code, stress and links; its words stay."""
    text = CODE.sub(r"\2", LINK.sub(r"\1", title))
    while (shorter := STRESS.sub(r"\2", text)) != text:
        text = shorter
    return " ".join(text.split()) or title


def is_hole(value: str) -> bool:
    """Whether a value is what the template left to be filled in."""
    text = plain(value)
    if not text or text in ("…", "..."):
        return False
    rest = HOLE.sub("", text).strip(" .,;:…\"'")
    return rest == "" or bool(re.match(r"^[\[{].*[\]}]$", text) and "|" in text)


def names_of(value: str) -> list[str]:
    """People or tags of a list in one line; what the template left is none."""
    if not value or is_hole(value):
        return []
    found = [plain(part) for part in re.split(r"[,;\n]", value)]
    return list(dict.fromkeys(name for name in found if name and not is_hole(name)))

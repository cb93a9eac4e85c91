"""From bytes to text: what the file really is, whatever its name says."""

import codecs
import re

from .rows import MAX_BYTES, Unreadable

MAGIC = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook; save the sheet as CSV first"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an old Office document; save the sheet as CSV first"),
    (b"{\\rtf", "a rich text document"),
    (b"SQLite format 3\x00", "a SQLite database"),
)
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")
HTML = re.compile(r"\s*<(!doctype html|html|head|body|table|\?xml|rss)", re.IGNORECASE)
BROKEN_UTF8 = re.compile("[ÃÂ][\u0080-\u00bf]")


def megabytes(size: int) -> str:
    """Write a size the way a person says it."""
    return f"{size / 1024 / 1024:,.1f} MB"


def limit_words() -> str:
    """The limit as the page says it."""
    return f"{MAX_BYTES // 1024 // 1024} MB"


def check_size(size: int) -> None:
    """Refuse a file over the limit before anything of it is read."""
    if size > MAX_BYTES:
        raise Unreadable(
            f"The file is {megabytes(size)}; the limit is {megabytes(MAX_BYTES)}. "
            "Export fewer rows at a time, or fewer columns."
        )


def decode(data: bytes) -> tuple[str, str, list[str]]:
    """Turn bytes into text without NULs, refusing what is not text at all.

    returns: text, encoding, notes for the report
    raises:  Unreadable with a sentence that says what the file is instead
    """
    check_size(len(data))
    for magic, what in MAGIC:
        if data.startswith(magic):
            raise Unreadable(f"This is {what}, not a CSV or JSON export.")
    text, encoding, notes = _text_of(data)
    nuls = text.count("\x00")
    if nuls:
        text = text.replace("\x00", "")
        notes.append(f"NUL characters were removed, as no text can hold them: {nuls:,}.")
    if not text.strip():
        raise Unreadable("The file is empty.")
    controls = len(CONTROL.findall(text, 0, 100_000))
    if controls > 5 + len(text[:100_000]) // 500:
        raise Unreadable("This is not a text file: it holds too many control characters.")
    if HTML.match(text):
        what = "XML" if text.lstrip().lower().startswith(("<?xml", "<rss")) else "a web page (HTML)"
        raise Unreadable(f"This is {what}, not a CSV or JSON export. Was the sign-in page saved?")
    return text, encoding, notes


def _text_of(data: bytes) -> tuple[str, str, list[str]]:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding.removesuffix("-sig"), []
            except UnicodeDecodeError as error:
                raise Unreadable(
                    f"The file says it is {encoding.removesuffix('-sig').upper()} but breaks off "
                    f"at byte {error.start:,}: it looks damaged or cut off."
                ) from error
    wide = _wide_encoding(data[:4000])
    if wide:
        try:
            return data.decode(wide), wide, []
        except UnicodeDecodeError:
            pass
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and len(data) > 100:
            raise Unreadable(
                "The file stops in the middle of a character: it is cut off."
            ) from None
        return _latin(data)
    return _mended(text)


def _wide_encoding(head: bytes) -> str:
    """Recognise UTF-16 without a mark: every other byte of plain text is NUL."""
    half = len(head) // 2
    if half < 8:
        return ""
    if head[1::2].count(0) > 0.8 * half and head[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if head[0::2].count(0) > 0.8 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return ""


def _latin(data: bytes) -> tuple[str, str, list[str]]:
    note = "The file is not UTF-8; it was read as Western European text. Check the accents."
    try:
        return data.decode("cp1252"), "cp1252", [note]
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1", [note]


def _mended(text: str) -> tuple[str, str, list[str]]:
    """Undo UTF-8 that was once read as Latin ("ResponsÃ¡vel"), where all of the text agrees."""
    if not BROKEN_UTF8.search(text[:200_000]):
        return text, "utf-8", []
    for wrong in ("cp1252", "latin-1"):
        try:
            mended = text.encode(wrong).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        return mended, "utf-8", ["Accents were broken by an earlier conversion and were mended."]
    return text, "utf-8", ["Some accents look broken by an earlier conversion; they were left."]

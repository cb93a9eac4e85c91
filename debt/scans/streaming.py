"""JSON read piece by piece: a report of any size holds no more than one value in memory."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from debt.scans.results import MAX_BYTES, Unreadable
from roadmaps.importing.files import MAGIC, MARKS

CHUNK = 1 << 16
LARGEST_VALUE = 16 << 20  # characters of one value that is read whole
SPACE = re.compile(r"[ \t\n\r]*")
BETWEEN = re.compile(r'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
"""Everything up to the next bracket that is in no text."""
CUT_OFF = "The file ends in the middle: it was cut off. Nothing is imported."


def megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:,.0f} MB"


def check_size(size: int) -> None:
    """raises: Unreadable over the limit, before more of the file is read"""
    if size > MAX_BYTES:
        raise Unreadable(
            f"The report is larger than {megabytes(MAX_BYTES)}. Scan a part of the code at a time, "
            "or leave help texts and code flows out of the report."
        )


def encoding_of(head: bytes) -> str:
    """The encoding of a text by its first bytes. raises: Unreadable where it is no text"""
    for magic, what in MAGIC:
        if head.startswith(magic):
            raise Unreadable(f"This is {what}, not a report of a scanner.")
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    if len(head) > 3 and head[1] == 0 == head[3] and head[0]:
        return "utf-16-le"
    if len(head) > 3 and head[0] == 0 == head[2] and head[1]:
        return "utf-16-be"
    return "utf-8"


class Text:
    """A file as text without NUL bytes, in pieces, from its beginning."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self.file = file
        self.size = 0
        head = file.read(CHUNK)
        self.encoding = encoding_of(head)
        self.decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
        self.head: bytes | None = head

    def read(self) -> str | None:
        """The next piece, or None at the end."""
        data = self.head if self.head is not None else self.file.read(CHUNK)
        self.head = None
        self.size += len(data)
        check_size(self.size)
        piece = self.decoder.decode(data, final=not data).replace("\x00", "")
        return piece if data or piece else None

    def lines(self) -> Iterator[str]:
        """Its lines with their ends, for readers of tables."""
        rest = ""
        while (piece := self.read()) is not None:
            *lines, rest = (rest + piece).splitlines(keepends=True) or [""]
            yield from lines
        if rest:
            yield rest


class Reader:
    """Walks a JSON text: the caller says which parts to enter, to take whole, or to pass over."""

    def __init__(self, file: BinaryIO) -> None:
        self.text = Text(file)
        self.buffer = ""
        self.at = 0
        self.passed = 0
        self.ended = False
        self.decoder = json.JSONDecoder(strict=False)

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            found = SPACE.match(self.buffer, self.at)
            assert found is not None
            self.at = found.end()
            if self.at < len(self.buffer):
                return self.buffer[self.at]
            if not self.more():
                return ""

    def more(self, least: int = 1) -> bool:
        """Read on. returns: whether there was more"""
        if self.at:
            self.passed += self.at
            self.buffer, self.at = self.buffer[self.at :], 0
        pieces, read = [self.buffer], 0
        while read < least and not self.ended:
            piece = self.text.read()
            if piece is None:
                self.ended = True
            else:
                pieces.append(piece)
                read += len(piece)
        self.buffer = "".join(pieces)
        return read > 0

    def take(self, character: str) -> None:
        found = self.peek()
        if found != character:
            raise self.broken(self.at) if found else Unreadable(CUT_OFF)
        self.at += 1

    def broken(self, at: int) -> Unreadable:
        return Unreadable(f"The file is not valid JSON near character {self.passed + at + 1:,}.")

    def value(self, most: int = LARGEST_VALUE) -> Any:
        """The next value, whole. raises: Unreadable where it is broken, cut off or too large"""
        found = self.complete(most)
        if found is None:
            raise Unreadable(
                f"One value of the file is longer than {most >> 20} million characters."
            )
        return found[0]

    def complete(self, most: int) -> tuple[Any] | None:
        """The next value in a tuple, or None where it is longer than so many characters."""
        if not self.peek():
            raise Unreadable(CUT_OFF)
        while True:
            size = len(self.buffer) - self.at
            try:
                value, end = self.decoder.raw_decode(self.buffer, self.at)
            except json.JSONDecodeError as error:
                inside = error.pos < len(self.buffer) - 16
                if inside and not error.msg.startswith("Unterminated string"):
                    raise self.broken(error.pos) from error
                if self.ended:
                    raise Unreadable(CUT_OFF) from error
            except (RecursionError, ValueError) as error:
                raise Unreadable(
                    "The file nests too deeply, or holds a number too long to be one."
                ) from error
            else:
                if end < len(self.buffer) or self.ended or self.buffer[end - 1] in '"}]':
                    self.at = end
                    return (value,)
            if size > most:
                return None
            self.more(max(CHUNK, size))

    def members(self) -> Iterator[str]:
        """Names of the next object; the caller takes the value of each before it asks on."""
        self.take("{")
        if self.peek() == "}":
            self.at += 1
            return
        while True:
            name = self.value()
            if not isinstance(name, str):
                raise self.broken(self.at)
            self.take(":")
            yield name
            if self.peek() == "}":
                self.at += 1
                return
            self.take(",")

    def items(self) -> Iterator[int]:
        """Positions in the next list; the caller takes the value of each before it asks on."""
        self.take("[")
        if self.peek() == "]":
            self.at += 1
            return
        position = 0
        while True:
            yield position
            position += 1
            if self.peek() == "]":
                self.at += 1
                return
            self.take(",")

    def skip(self) -> None:
        """Pass over the next value, however long it is. One that is long is only looked through."""
        if self.complete(CHUNK * 4) is not None:
            return
        if self.peek() not in "{[":
            self.value()
            return
        depth = 0
        while True:
            found = BETWEEN.match(self.buffer, self.at)
            assert found is not None
            self.at = found.end()
            bracket = self.buffer[self.at : self.at + 1]
            if bracket in ("", '"'):  # a text that goes on in the next piece
                if len(self.buffer) - self.at > LARGEST_VALUE:
                    self.value()
                if not self.more(max(CHUNK, len(self.buffer) - self.at)):
                    raise Unreadable(CUT_OFF)
                continue
            self.at += 1
            depth += 1 if bracket in "{[" else -1
            if not depth:
                return

    def finish(self) -> None:
        """raises: Unreadable where something follows the end"""
        if self.peek():
            raise Unreadable(
                f"Something follows the end of the report, from character "
                f"{self.passed + self.at + 1:,} on: are these two reports in one file?"
            )

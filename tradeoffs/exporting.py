"""Decisions as files: those that came from files as they were, the others as new records."""

import io
import json
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Prefetch, QuerySet

from tradeoffs import export, record_files
from tradeoffs.models import Decision, Supersession
from tradeoffs.queries import with_matrix

OWN = "decisions"
"""The folder of decisions that came from no file."""
FORMATS = ("madr", "nygard")


@dataclass(frozen=True, slots=True)
class Exported:
    """One file: where it goes inside the export, and its bytes."""

    path: str
    data: bytes
    decision: Decision


def exported(decisions: QuerySet[Decision], *, viewer, style: str = "madr") -> Iterator[Exported]:
    """Every decision as `PRODUCT/COLLECTION/path`.

    viewer: who takes them, from whom a matrix may be hidden; None for the command of an operator
    style:  of decisions that came from no file: madr (4.0) or nygard (adr-tools)
    """
    newer = Supersession.objects.select_related("new__file", "new")
    rows = with_matrix(decisions, viewer=viewer, whole=True)
    rows = rows.select_related("file__collection", "product")
    rows = rows.prefetch_related(Prefetch("replaced_by", newer), "involved__person")
    for decision in rows.order_by("product__key", "number").iterator(chunk_size=100):
        file = getattr(decision, "file", None)
        folder = safe(decision.product.key)
        if file is not None:
            path = f"{folder}/{safe(file.collection.name)}/{file.path}"
            yield Exported(path, record_files.bytes_of(decision, file), decision)
            continue
        text = export.as_nygard(decision) if style == "nygard" else export.as_markdown(decision)
        name = f"{decision.number:04}-{slug(decision.title)}.md"
        yield Exported(f"{folder}/{OWN}/{name}", text.encode(), decision)


def safe(name: str) -> str:
    """A name as one folder, whatever somebody called it."""
    return re.sub(r"[^\w .-]", "-", name).strip(". ") or "records"


def slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60].strip("-") or "decision"


def write_folder(files: Iterable[Exported], folder: Path, *, strip: int = 0) -> list[Path]:
    """Write files below a folder, never outside of it; returns the paths.

    strip: how many folders of their paths are left away
    """
    written = []
    root = folder.resolve()
    for file in files:
        path = root / posixpath.normpath("/".join(file.path.split("/")[strip:]))
        if not path.resolve().is_relative_to(root):
            raise ValueError(f"{file.path} would be written outside of {folder}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
        written.append(path)
    return written


def as_zip(files: Iterable[Exported]) -> bytes:
    """An archive of the files, with what each decision is in `index.json`."""
    out = io.BytesIO()
    index = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            info = zipfile.ZipInfo(file.path, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, file.data)
            decision = file.decision
            index.append({"key": decision.key, "path": file.path, "state": decision.state})
        archive.writestr("index.json", json.dumps(index, indent=2))
    return out.getvalue()

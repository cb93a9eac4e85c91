"""Uploaded files, kept in the data folder until their import is done."""

import contextlib
import json
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tpm import jobs
from tpm.models import Job

KEEP_SECONDS = 2 * 86400
LONGEST_NAME = 120


@dataclass(frozen=True)
class Upload:
    """One file that waits: where it lies and what it was called."""

    token: uuid.UUID
    path: Path
    name: str
    by_id: int


def folder() -> Path:
    """The folder of imports, private to the account that runs the app."""
    path = Path(settings.DATA_DIR) / "imports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def store(
    chunks: Iterable[bytes], *, name: str, product_key: str, by, judge: Callable[[int], None]
) -> Upload:
    """Keep an uploaded file, and let go of files that were never imported.

    judge:  told the bytes so far, raises when they are too many; nothing is kept then
    raises: what judge raises
    """
    forget_old()
    token = uuid.uuid4()
    path = _path(product_key, token)
    name = Path(name.replace("\\", "/")).name[:LONGEST_NAME] or "file"
    size = 0
    try:
        with path.open("xb") as file:
            path.chmod(0o600)
            for chunk in chunks:
                size += len(chunk)
                judge(size)
                file.write(chunk)
    except Exception:
        path.unlink(missing_ok=True)
        raise
    path.with_suffix(".json").write_text(json.dumps({"name": name, "by": by.pk}))
    return Upload(token, path, name, by.pk)


def find(product_key: str, token: uuid.UUID) -> Upload | None:
    """An upload of this product that still waits, or None."""
    path = _path(product_key, token)
    try:
        about = json.loads(path.with_suffix(".json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return Upload(token, path, about["name"], about["by"]) if path.exists() else None


def of_job(job: Job) -> Upload:
    """The upload that a job is to read. raises: jobs.JobRefused where it is gone"""
    product_key = job.product.key if job.product else ""
    found = find(product_key, uuid.UUID(job.arguments["upload"]))
    if found is None:
        raise jobs.JobRefused("The uploaded file is gone. Upload it again.")
    return found


def forget(upload: Upload) -> None:
    """Delete an upload with what is noted beside it."""
    upload.path.unlink(missing_ok=True)
    upload.path.with_suffix(".json").unlink(missing_ok=True)


def forget_old() -> None:
    """Delete uploads of which no import came within two days."""
    oldest = time.time() - KEEP_SECONDS
    for path in folder().glob("*.upload"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()
                path.with_suffix(".json").unlink(missing_ok=True)


def _path(product_key: str, token: uuid.UUID) -> Path:
    return folder() / f"{product_key}-{token}.upload"

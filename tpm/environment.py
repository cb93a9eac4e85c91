"""Read settings from the environment; a wrong value stops the start with its name."""

import contextlib
import os
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "", env: Mapping[str, str] = os.environ) -> str:
    return env.get(name, "").strip() or default


def flag(name: str, default: bool = False, env: Mapping[str, str] = os.environ) -> bool:
    """raises: ImproperlyConfigured when the value is neither yes nor no."""
    value = text(name, env=env).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}: write 1 or 0.")


def whole(
    name: str, default: int, *, least: int = 0, most: int, env: Mapping[str, str] = os.environ
) -> int:
    """raises: ImproperlyConfigured when the value is no whole number in the range."""
    value = text(name, env=env)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise ImproperlyConfigured(
            f"{name} is {value!r}: write a whole number from {least} to {most}."
        )
    return number


def one_of(
    name: str, default: str, known: Collection[str], env: Mapping[str, str] = os.environ
) -> str:
    """raises: ImproperlyConfigured when the value is none of the known ones."""
    value = text(name, default, env=env)
    if value not in known:
        some = ", ".join(sorted(known)[:6])
        raise ImproperlyConfigured(f"{name} is {value!r}: write one of those known, like {some}.")
    return value


def names(
    name: str, default: tuple[str, ...] = (), env: Mapping[str, str] = os.environ
) -> list[str]:
    """A list separated by commas."""
    value = text(name, env=env)
    return [part.strip() for part in value.split(",") if part.strip()] or list(default)


def paths(name: str, env: Mapping[str, str] = os.environ) -> list[Path]:
    """Folders, separated by commas.

    raises: ImproperlyConfigured when one is not absolute
    """
    found = [Path(part) for part in names(name, env=env)]
    for path in found:
        if not path.is_absolute():
            raise ImproperlyConfigured(
                f"{name} holds {str(path)!r}: write whole paths, with commas."
            )
    return found


def folders(name: str, env: Mapping[str, str] = os.environ) -> list[tuple[str, str, Path]]:
    """Folders given to parts of products: `PAY=/srv/pay.git, CHK:app=/srv/app.git`.

    returns: (product key, component key or nothing, folder) of each
    raises:  ImproperlyConfigured when one is not written so, or its path is not absolute
    """
    found = []
    for line in names(name, env=env):
        key, _, folder = line.partition("=")
        product, _, component = key.strip().partition(":")
        path = Path(folder.strip())
        if not product or not path.is_absolute():
            raise ImproperlyConfigured(
                f"{name} holds {line!r}: write KEY=/folder or KEY:component=/folder, with commas."
            )
        found.append((product.upper(), component, path))
    return found


def file_text(name: str, env: Mapping[str, str] = os.environ) -> str:
    """The content of the file that a setting names.

    raises: ImproperlyConfigured when it cannot be read or is empty
    """
    path = Path(text(name, env=env))
    try:
        content = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name} names {path}, which cannot be read: {error.strerror}."
        ) from None
    if not content:
        raise ImproperlyConfigured(f"{name} names {path}, which is empty.")
    return content


def kept_secret(name: str, folder: Path, env: Mapping[str, str] = os.environ) -> str:
    """The secret from the environment, or one made once and kept in the data folder."""
    given = text(name, env=env)
    if given:
        if len(given) < 32:
            raise ImproperlyConfigured(f"{name} is too short: use at least 32 characters.")
        return given
    path = folder / name.lower().replace("_", "-")
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written aside and linked, so that nobody reads half a secret or replaces another's.
        aside = folder / f".{path.name}-{secrets.token_hex(8)}"
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(aside, path)
        aside.unlink()
    kept = path.read_text(encoding="utf-8").strip()
    if len(kept) < 32:
        raise ImproperlyConfigured(f"{path} holds no usable secret: delete the file.")
    return kept

"""Read settings from the environment; a wrong value stops the start with its name."""

import os
import secrets
from collections.abc import Mapping
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


def names(
    name: str, default: tuple[str, ...] = (), env: Mapping[str, str] = os.environ
) -> list[str]:
    """A list separated by commas."""
    value = text(name, env=env)
    return [part.strip() for part in value.split(",") if part.strip()] or list(default)


def kept_secret(name: str, folder: Path, env: Mapping[str, str] = os.environ) -> str:
    """The secret from the environment, or one made on the first start and kept in the data folder."""
    given = text(name, env=env)
    if given:
        if len(given) < 32:
            raise ImproperlyConfigured(f"{name} is too short: use at least 32 characters.")
        return given
    path = folder / name.lower().replace("_", "-")
    folder.mkdir(parents=True, exist_ok=True)
    made = secrets.token_urlsafe(50)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = path.read_text(encoding="utf-8").strip()
        if len(kept) >= 32:
            return kept
        raise ImproperlyConfigured(f"{path} holds no usable secret: delete the file.") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(made)
    return made

"""Small repositories for tests, made with git itself."""

import os
import subprocess
from pathlib import Path

DAY = 86_400
NOW = 1_764_460_800  # 30 November 2025


class Made:
    """A repository in a folder; each commit says when and by whom."""

    def __init__(self, folder: Path, *, bare: bool = False) -> None:
        self.path = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *(["--bare"] if bare else []), ".")

    def git(self, *words: str, data: bytes | None = None, **environment: str) -> str:
        usual = {
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.org",
            "GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@example.org",
        }  # fmt: skip
        done = subprocess.run(
            ["git", *words], cwd=self.path, env=os.environ | usual | environment, input=data,
            capture_output=True, check=True,
        )  # fmt: skip
        return done.stdout.decode().strip()

    def commit(
        self,
        files: dict[str, str | None],
        message: str = "Change",
        *,
        at: int = NOW,
        author: str = "Ann <ann@example.org>",
    ) -> str:
        """Write files (name -> text; None takes one away) and commit them."""
        for name, text in files.items():
            path = self.path / name
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        self.git("add", "--all")
        when = f"{at} +0000"
        self.git(
            "commit", "-q", "--allow-empty", "-m", message, f"--author={author}",
            GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when,
        )  # fmt: skip
        return self.git("rev-parse", "HEAD")

    def imported(self, stream: bytes) -> None:
        """Take commits from a stream of git fast-import, which can say what commit cannot."""
        self.git("fast-import", "--quiet", data=stream)

"""What is looked at on every screen: accessibility, width, the browser's own complaints."""

import os
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT as AXE

THEMES = ("light", "dark")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
OF_COLOURS = ("color-contrast", "link-in-text-block")
NARROW = 320


@dataclass
class Complaints:
    """What the browser says against a page: refused scripts and styles, errors, failed requests."""

    lines: list[str] = field(default_factory=list)

    def listen(self, page) -> "Complaints":
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.lines.append(f"error: {error}"))
        return self

    def hear(self, message) -> None:
        if message.type in ("error", "warning"):
            self.lines.append(f"{message.type}: {message.text}")


def axe_violations(page, *, colours: bool | None = None) -> list[str]:
    """Every violation of WCAG 2.2 A and AA that axe finds, one line for each element.

    colours: only the rules that another theme can break, or (False) all but these
    """
    options: dict = {"runOnly": {"type": "tag", "values": list(TAGS)}}
    if colours:
        options = {"runOnly": {"type": "rule", "values": list(OF_COLOURS)}}
    elif colours is False:
        options["rules"] = {rule: {"enabled": False} for rule in OF_COLOURS}
    options["resultTypes"] = ["violations"]
    # What axe would fetch again, style sheets of elsewhere and media, no page of ours has.
    options["preload"] = False
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate("async (asked) => (await axe.run(asked)).violations", options)
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][:200]}"
        for rule in found
        for node in rule["nodes"]
    ]


def overflow(page) -> str:
    """Empty when the page needs no sideways scrolling, else what sticks out."""
    return page.evaluate(
        """() => {
          const wide = document.documentElement.scrollWidth, room = window.innerWidth;
          if (wide <= room) return "";
          const out = [...document.body.querySelectorAll("*")]
            .filter((one) => one.getBoundingClientRect().right > room + 1 && one.checkVisibility())
            .map((one) => `${one.tagName}.${one.className.baseVal ?? one.className}`);
          return `${wide} px in ${room}: ${out.slice(0, 8).join(", ")}`;
        }"""
    )


def outline(page) -> list[str]:
    """What is wrong with the headings: exactly one h1, no level skipped; and the title is set."""
    levels = page.evaluate(
        "() => [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')]"
        ".filter((one) => one.checkVisibility()).map((one) => Number(one.tagName[1]))"
    )
    wrong = [] if levels.count(1) == 1 else [f"{levels.count(1)} h1 headings"]
    wrong += [
        f"h{below} follows h{above}" for above, below in pairwise(levels) if below > above + 1
    ]
    return wrong + ([] if page.title().strip(" ·") not in ("", "TPM") else ["no title"])


def keep_picture(page, name: str) -> None:
    """Save a picture where TPM_SCREENSHOTS names a folder."""
    folder = os.environ.get("TPM_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)

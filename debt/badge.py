"""The badge of a component or product: two letters that are never merged, as one drawing."""

from dataclasses import dataclass

from tpm.svg import el, esc

HEIGHT = 20
LETTER = 6.6
"""Width of an average letter of 11 px; the text is fitted to its box, so it never overflows."""
DARK, INK = "#3F403B", "#FFFFFF"
FILLS = {"A": "#17703F", "B": "#4A6A15", "C": "#7F5200", "D": "#9C3A10", "E": "#B3261E"}
UNKNOWN, UNKNOWN_FILL = "?", "#64655F"


@dataclass(frozen=True)
class Letters:
    """drag, ratio: letters, empty where unknown; the shares as text"""

    name: str
    drag: str
    drag_share: str
    ratio: str
    ratio_share: str
    as_of: str

    @property
    def said(self) -> str:
        """The badge in words."""
        drag = f"drag {self.drag} ({self.drag_share})" if self.drag else "drag not known"
        ratio = f"debt ratio {self.ratio} ({self.ratio_share})" if self.ratio else (
            "debt ratio not known: no lines are known"
        )  # fmt: skip
        return f"Debt of {self.name}: {drag}, {ratio}, as of {self.as_of}"


def drawing(letters: Letters) -> str:
    """An SVG that stands alone: no style, no script, a title that says all of it."""
    x, parts = 0.0, []
    for label, letter in (("drag", letters.drag), ("debt ratio", letters.ratio)):
        shown = letter or UNKNOWN
        for words, fill, weight in (
            (label, DARK, "400"),
            (shown, FILLS.get(shown, UNKNOWN_FILL), "700"),
        ):
            width = len(words) * LETTER + 12
            parts.append(el("rect", x=x, y=0, width=width, height=HEIGHT, fill=fill))
            parts.append(
                el(
                    "text", esc(words), x=x + width / 2, y=14, fill=INK, font_weight=weight,
                    text_anchor="middle", textLength=width - 12 if len(words) > 1 else None,
                )
            )  # fmt: skip
            x += width
    said = esc(letters.said)
    body = (
        f"<title>{said}</title>"
        + el("clipPath", el("rect", width=x, height=HEIGHT, rx=3), id="r")
        + el(
            "g", "".join(parts), clip_path="url(#r)", font_size=11,
            font_family="system-ui,Segoe UI,Roboto,Noto Sans,sans-serif",
        )
    )  # fmt: skip
    return el(
        "svg", body, xmlns="http://www.w3.org/2000/svg", width=x, height=HEIGHT,
        viewBox=f"0 0 {x:g} {HEIGHT}", role="img", aria_label=letters.said,
    )  # fmt: skip

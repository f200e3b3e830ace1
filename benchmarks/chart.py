"""A plot of bars, drawn as SVG that can be read in the light and in the dark."""

import math
from collections.abc import Sequence
from html import escape

WIDE, LABEL, ROOM, BAR, GAP, EDGE = 860, 260, 70, 16, 26, 36
STYLE = (
    "svg{background:#fff}text{font:12px system-ui,sans-serif;fill:#222}.name{font-weight:600}"
    ".ours{fill:#a33b20}.other{fill:#7d8794}.line{stroke:#8886}@media(prefers-color-scheme:dark){svg{background:#151412}text{fill:#eee}.ours{fill:#ee8a6c}}"
)


def bars(title: str, groups: Sequence[tuple[str, Sequence[tuple[str, float]]]], *, ours: str) -> str:
    """Groups of bars, each with a label and a number above 0, on a scale of powers of ten.

    Those stand out whose label begins with `ours`.
    """
    numbers = [number for _, group in groups for _, number in group]
    low, high = math.floor(math.log10(min(numbers))), math.ceil(math.log10(max(numbers)))

    def across(number: float) -> float:
        return (WIDE - LABEL - ROOM) * (math.log10(number) - low) / max(1, high - low)

    height = 2 * EDGE + sum(GAP + BAR * len(group) for _, group in groups)
    drawn = []
    for power in range(low, high + 1):
        at = LABEL + across(10**power)
        drawn.append(f'<line class="line" x1="{at:.0f}" x2="{at:.0f}" y1="{EDGE}" y2="{height - EDGE}"/>')
        drawn.append(f'<text x="{at:.0f}" y="{height - EDGE / 2:.0f}" text-anchor="middle">{10**power:,g}</text>')
    y = EDGE
    for name, group in groups:
        drawn.append(f'<text class="name" x="8" y="{y + GAP - 8}">{escape(name)}</text>')
        y += GAP
        for label, number in group:
            kind, end = "ours" if label.startswith(ours) else "other", across(number)
            drawn.append(f'<text x="{LABEL - 8}" y="{y + 12}" text-anchor="end">{escape(label)}</text>')
            drawn.append(f'<rect class="{kind}" x="{LABEL}" y="{y + 2}" width="{end:.1f}" height="{BAR - 4}"/>')
            drawn.append(f'<text x="{LABEL + end + 6:.1f}" y="{y + 12}">{number:,.{0 if number >= 10 else 1}f}</text>')
            y += BAR
    box = f'viewBox="0 0 {WIDE} {height}" role="img" aria-label="{escape(title)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box}>'
    name = f'<text class="name" x="8" y="20">{escape(title)}</text>'
    return "\n".join([head, f"<style>{STYLE}</style>", name, *drawn, "</svg>\n"])

# SPDX-License-Identifier: Apache-2.0
"""The boots side by side, as bars: one scale for each section, linear, from zero.

Within a section the lengths compare; the numbers at the bars are exact. Where a row is a part of
something, the whole is a pale bar behind it. The picture brings its own background, and a dark one
where the reader's system asks for that.
"""
from xml.sax.saxutils import escape

from sections import shown

WIDTH = 860
MARGIN = 24
NAMES = 170        # room for the rows' names
NUMBERS = 130      # room for the numbers behind the bars
BARS = WIDTH - 2 * MARGIN - NAMES - NUMBERS
BAR, GAP = 13, 9   # height of a bar, space between rows
HEADING = 34
COLOURS = ("#3f7fbf", "#d9812b", "#3d9970", "#a55fb0", "#b5534c", "#7a8590")

# Plain rules, and others over them for dark grounds: not every viewer knows variables.
STYLE = """
  text { font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 12px;
         fill: #1f2328; }
  .title { font-size: 17px; font-weight: 600; }
  .heading { font-size: 13px; font-weight: 600; }
  .soft { fill: #59636e; }
  .number { font-size: 11px; }
  .ground { fill: #ffffff; }
  .rule { stroke: #d1d9e0; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .soft { fill: #9aa5b1; }
    .ground { fill: #15191e; }
    .rule { stroke: #3a424c; }
  }
"""


class Drawing:
    """Elements from top to bottom; y is where the next one goes."""

    def __init__(self):
        self.elements = []
        self.y = MARGIN

    def text(self, x, y, words, kind="", anchor="start"):
        self.elements.append(f'<text x="{x:g}" y="{y:g}" class="{kind}" text-anchor="{anchor}">'
                             f"{escape(words)}</text>")

    def bar(self, y, length, colour, opacity=1.0):
        self.elements.append(f'<rect x="{MARGIN + NAMES}" y="{y:g}" width="{length:.1f}" '
                             f'height="{BAR - 2}" rx="1.5" fill="{colour}" '
                             f'fill-opacity="{opacity:g}"/>')

    def rule(self, x1, y1, x2, y2):
        self.elements.append(f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" '
                             'class="rule"/>')


NOTE = ("Sums of all harts. Each section has a linear scale of its own. Pale: calls that were "
        "answered before the firmware.")


def _head(drawing, title, labels, note):
    drawing.y += 14
    drawing.text(MARGIN, drawing.y, title, "title")
    drawing.y += 26
    x = MARGIN
    for label, colour in zip(labels, COLOURS):
        drawing.elements.append(f'<rect x="{x:g}" y="{drawing.y - 10:g}" width="11" height="11" '
                                f'rx="2" fill="{colour}"/>')
        drawing.text(x + 17, drawing.y, label)
        x += 42 + 7.2 * len(label)
    drawing.y += 20
    drawing.text(MARGIN, drawing.y, note, "soft")


def _row(drawing, row, scale):
    height = BAR * len(row.values)
    drawing.text(MARGIN + NAMES - 10, drawing.y + height / 2 + 4, row.name, "", "end")
    for i, value in enumerate(row.values):
        y, colour = drawing.y + i * BAR, COLOURS[i]
        whole = row.of[i] if row.of else value
        if whole > value:
            drawing.bar(y, whole * scale, colour, 0.25)
        drawing.bar(y, value * scale, colour)
        words = f"{shown(value)} of {shown(whole)}" if row.of else shown(value)
        drawing.text(MARGIN + NAMES + whole * scale + 6, y + BAR - 3, words, "number")
    drawing.y += height + GAP


def _section(drawing, section):
    drawing.y += HEADING
    unit = f", {section.unit}" if section.unit else ""
    drawing.text(MARGIN, drawing.y, section.title + unit, "heading")
    drawing.y += 8
    drawing.rule(MARGIN, drawing.y, WIDTH - MARGIN, drawing.y)
    drawing.y += 10
    largest = max(max(row.of or row.values) for row in section.rows)
    top = drawing.y
    for row in section.rows:
        _row(drawing, row, BARS / largest if largest else 0)
    drawing.rule(MARGIN + NAMES - 0.5, top - 3, MARGIN + NAMES - 0.5, drawing.y - GAP + 3)
    drawing.y -= GAP


def render(title, labels, sections, note=NOTE):
    """The whole file; as many labels as there are colours at most. note: how to read it."""
    drawing = Drawing()
    _head(drawing, title, labels, note)
    for section in sections:
        _section(drawing, section)
    height = drawing.y + MARGIN
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:g}" '
            f'viewBox="0 0 {WIDTH} {height:g}" role="img">\n'
            f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n"
            f'<rect class="ground" width="{WIDTH}" height="{height:g}" rx="8"/>\n'
            + "\n".join(drawing.elements) + "\n</svg>\n")

"""Draws the pictures of the manual's page "Ideas" (resources/help/ideas-*.svg), each for light and for dark windows.

    python3 packaging/manual-pictures.py                      draw them, from the figures in resources/help/ideas.json
    python3 packaging/manual-pictures.py --check              exit code 1 where a file is not what would be drawn
    python3 packaging/manual-pictures.py --measure LORASHEAR  take the figures anew with the built program first (minutes)
"""
import argparse
import json
import math
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
HELP = ROOT / "resources/help"
MODEL = "resources/models/stories260K"
TEXT = "resources/data/valid.txt"
RECIPE = "resources/recipes/quick.json"

# As in ui/theme/theme.cpp.
LIGHT = {"text": "#1a1e24", "muted": "#57606c", "accent": "#0a5aa8", "track": "#e6e9ed", "border": "#d2d6dc", "bad": "#b42318", "card": "#ffffff"}
DARK = {"text": "#e8eaed", "muted": "#a6aeb9", "accent": "#6cb2ff", "track": "#2e343d", "border": "#3c434e", "bad": "#ff8a80", "card": "#20242b"}


class Picture:
    """SVG with a handful of shapes; no gradients, no fonts of its own."""

    def __init__(self, title, width, height, colors):
        self.title, self.width, self.height, self.c, self.parts = title, width, height, colors, []

    def rect(self, x, y, w, h, fill, stroke=None, radius=0):
        line = f' stroke="{self.c[stroke]}" stroke-width="1"' if stroke else ""
        self.parts.append(f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{radius}" fill="{self.c[fill]}"{line}/>')

    def line(self, x1, y1, x2, y2, color, width=1.5, dash=None):
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{self.c[color]}" stroke-width="{width}"{dashes}/>')

    def arrow(self, x1, y1, x2, y2, color, width=2):
        self.line(x1, y1, x2, y2, color, width)
        angle = math.atan2(y2 - y1, x2 - x1)
        points = [(x2, y2)] + [(x2 - 9 * math.cos(angle + s), y2 - 9 * math.sin(angle + s)) for s in (-0.4, 0.4)]
        self.parts.append(f'<polygon points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="{self.c[color]}"/>')

    def polygon(self, points, fill):
        self.parts.append(f'<polygon points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="{self.c[fill]}"/>')

    def polyline(self, points, color):
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{joined}" fill="none" stroke="{self.c[color]}" stroke-width="2"/>')

    def dot(self, x, y, color, radius=3):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{self.c[color]}"/>')

    def text(self, x, y, words, color="text", anchor="start", size=13, bold=False):
        weight = ' font-weight="600"' if bold else ""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-family="sans-serif" font-size="{size}" text-anchor="{anchor}" fill="{self.c[color]}"{weight}>{words}</text>')

    def svg(self):
        body = "\n".join(self.parts)
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}">\n'
                f"<title>{self.title}</title>\n{body}\n</svg>\n")


def matrix(p, x, y, rows, columns, name, lit_rows=(), lit_columns=(), cell=9):
    """A weight as its grid of parts, with those lit that one group owns."""
    p.rect(x, y, columns * cell, rows * cell, "track", "border")
    for row in lit_rows:
        p.rect(x, y + row * cell, columns * cell, cell, "accent")
    for column in lit_columns:
        p.rect(x + column * cell, y, cell, rows * cell, "accent")
    p.text(x + columns * cell / 2, y + rows * cell + 17, name, "muted", "middle")


def group(c, _):
    p = Picture("Which rows and columns are one group", 760, 268, c)
    p.text(16, 24, "A neuron of an MLP", bold=True)
    matrix(p, 16, 44, 14, 8, "gate_proj", lit_rows=[5])
    matrix(p, 108, 44, 14, 8, "up_proj", lit_rows=[5])
    matrix(p, 206, 66, 8, 14, "down_proj", lit_columns=[5])
    p.text(16, 240, "One row, one row, one column: 192 numbers", "muted", size=12)
    p.text(16, 258, "of the bundled model (3 x 64).", "muted", size=12)
    p.line(366, 20, 366, 250, "border")
    p.text(390, 24, "A KV group of an attention", bold=True)
    matrix(p, 390, 44, 16, 8, "q_proj", lit_rows=[4, 5, 6, 7], cell=8)
    matrix(p, 474, 44, 8, 8, "k_proj", lit_rows=[2, 3], cell=8)
    matrix(p, 474, 132, 8, 8, "v_proj", lit_rows=[2, 3], cell=8)
    matrix(p, 562, 76, 8, 16, "o_proj", lit_columns=[4, 5, 6, 7], cell=8)
    p.text(390, 240, "A key/value head, the two query heads that read it,", "muted", size=12)
    p.text(390, 258, "and the columns that read those two.", "muted", size=12)
    return p


def clipped(points, axis, limit, sign):
    """The part of a polygon on one side of a horizontal or vertical line."""
    inside = lambda at: sign * (at[axis] - limit) >= 0
    kept = []
    for a, b in zip(points, points[1:] + points[:1]):
        if inside(a):
            kept.append(a)
        if inside(a) != inside(b):
            share = (limit - a[axis]) / (b[axis] - a[axis])
            kept.append((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
    return kept


def half_space(c, _):
    p = Picture("Half-space projection of one group (sketch)", 760, 300, c)
    ox, oy = 250, 216
    x = (150, -110)  # the group's present values, in pixels from the origin
    length = math.hypot(*x)
    u, across = (x[0] / length, x[1] / length), (x[1] / length, -x[0] / length)
    near = 0.25 * length
    base = (ox + u[0] * near, oy + u[1] * near)
    far = [(base[0] + s * 900 * across[0], base[1] + s * 900 * across[1]) for s in (-1, 1)]
    beyond = [far[0], far[1]] + [(x0 + u[0] * 900, y0 + u[1] * 900) for x0, y0 in reversed(far)]
    for axis, limit, sign in ((0, 0, 1), (0, 760, -1), (1, 0, 1), (1, 262, -1)):
        beyond = clipped(beyond, axis, limit, sign)
    p.polygon(beyond, "track")
    far = sorted((corner for corner in beyond if abs((corner[0] - base[0]) * u[0] + (corner[1] - base[1]) * u[1]) < 1), key=lambda at: at[1])
    p.line(*far[0], *far[-1], "muted", 1.5, "6 4")
    p.arrow(ox, oy, ox + x[0], oy + x[1], "text", 2.5)
    p.text(ox + x[0] + 8, oy + x[1] - 4, "x: the group now", bold=True)
    stays = (ox + 0.55 * x[0] + 20, oy + 0.55 * x[1] + 34)
    p.arrow(ox, oy, *stays, "accent")
    p.text(stays[0] + 8, stays[1] + 6, "after the next step: still beyond the line, it goes on fading", "accent")
    crosses = (ox - 46, oy - 44)
    p.arrow(ox, oy, *crosses, "bad")
    p.text(crosses[0] - 8, crosses[1] - 8, "across the line:", "bad", "end")
    p.text(crosses[0] - 8, crosses[1] + 9, "set to zero", "bad", "end")
    p.dot(ox, oy, "text", 4)
    p.text(ox - 8, oy + 20, "zero", "text", "end")
    p.text(16, 288, "Sketch in two dimensions. The line stands at the share epsilon of x; with epsilon 0 it goes through zero.", "muted", size=12)
    return p


def knowledge(c, figures):
    found = figures["knowledge"]
    groups = found["groups"]
    step, left, wide = 24, 150, 460
    p = Picture("What the loss gains when half of a node group is masked", 760, 62 + step * len(groups), c)
    p.text(16, 22, "Loss added by masking half of a node group, nats per token", bold=True)
    most = max(entry["nats"] for entry in groups)
    for i, entry in enumerate(groups):
        y = 38 + i * step
        p.text(left - 10, y + 14, entry["name"], "text", "end")
        p.rect(left, y, max(1, wide * entry["nats"] / most), step - 7, "accent" if entry["protected"] else "muted")
        p.text(left + wide * entry["nats"] / most + 8, y + 14, f'{entry["nats"]:.3f}' + ("  kept whole" if entry["protected"] else ""), "muted")
    p.text(16, 52 + step * len(groups), f'Measured on the bundled model: {found["text"]}.', "muted", size=12)
    return p


def recovery(c, figures):
    found = figures["recovery"]
    p = Picture("Perplexity while the bundled model is pruned and recovers", 760, 300, c)
    left, top, right, bottom = 60, 44, 730, 236
    p.text(16, 22, "Perplexity during quick.json: a fifth of the model goes, then the rest recovers", bold=True)
    last = found["points"][-1][0]
    low, high = math.floor(found["dense"] * 2) / 2, math.ceil(max(v for _, v in found["points"]) * 2) / 2
    across = lambda step: left + (right - left) * step / last
    up = lambda value: bottom - (bottom - top) * (value - low) / (high - low)
    for i in range(int((high - low) * 2) + 1):
        value = low + i / 2
        p.line(left, up(value), right, up(value), "border", 1)
        p.text(left - 8, up(value) + 4, f"{value:g}", "muted", "end", 12)
    p.line(left, up(found["dense"]), right, up(found["dense"]), "text", 1.5, "6 4")
    p.text(right, up(found["dense"]) - 6, f'original {found["dense"]:.2f}', "text", "end")
    end = found["pruned_at"]
    p.line(across(end), top, across(end), bottom, "bad", 1.5, "2 3")
    p.text(across(end) + 6, top + 12, f"cut, step {end}", "bad")
    p.polyline([(across(step), up(value)) for step, value in found["points"]], "accent")
    for step, value in found["points"]:
        p.dot(across(step), up(value), "accent")
    for step in range(0, last + 1, 50):
        p.text(across(step), bottom + 18, str(step), "muted", "middle", 12)
    p.text((left + right) / 2, bottom + 36, "training step", "muted", "middle", 12)
    p.text(16, 290, f'Measured on the bundled model: {found["protocol"]}.', "muted", size=12)
    return p


PICTURES = {"group": group, "half-space": half_space, "knowledge": knowledge, "recovery": recovery}


def drawn(figures):
    for name, draw in PICTURES.items():
        yield HELP / f"ideas-{name}.svg", draw(LIGHT, figures).svg()
        yield HELP / f"ideas-{name}-dark.svg", draw(DARK, figures).svg()


def measured(program):
    told = lambda *words: json.loads(subprocess.run([program, *words, "--json"], cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    analysis = told("analyse", MODEL, "--text", TEXT, "--window", "256", "--max-windows", "32")
    groups = [{"name": row["name"], "nats": round(row["deviation"], 4), "protected": not row["prunable"]} for row in analysis["node_groups"]]
    with tempfile.TemporaryDirectory() as folder:
        told("run", RECIPE, "--out", f"{folder}/run")
        lines = (pathlib.Path(folder) / "run/events.jsonl").read_text().splitlines()
    events = [json.loads(line) for line in lines]
    return {"knowledge": {"text": f"valid.txt, 32 windows of 256 tokens, {analysis['tokens']} tokens", "groups": groups},
            "recovery": recovery_of(events)}


def recovery_of(events):
    """The curve at checkpoints: the same first windows each time, the original's among them."""
    measured_at = [event for event in events if event["event"] == "perplexity"]
    curve = [event for event in measured_at if event["model"] == "checkpoint"]
    return {"points": [[event["step"], round(event["perplexity"], 4)] for event in curve],
            "dense": round(curve[0]["perplexity"] / math.exp(curve[0]["above_original"]), 4), "protocol": curve[0]["protocol"],
            "pruned_at": next(event["step"] for event in measured_at if event["model"] == "pruned")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--measure", metavar="LORASHEAR")
    given = parser.parse_args()
    source = HELP / "ideas.json"
    if given.measure:
        source.write_text(json.dumps(measured(str(pathlib.Path(given.measure).resolve())), indent=1) + "\n", encoding="utf-8")
    figures = json.loads(source.read_text(encoding="utf-8"))
    wrong = [path for path, svg in drawn(figures) if given.check and (not path.exists() or path.read_text(encoding="utf-8") != svg)]
    for path in wrong:
        print(f"{path.relative_to(ROOT)}: is not what packaging/manual-pictures.py draws; run it")
    if not given.check:
        for path, svg in drawn(figures):
            path.write_text(svg, encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

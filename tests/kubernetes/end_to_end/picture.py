"""Draws the dashboard as it looked during the end-to-end story: the panels, where Grafana puts them, with the real data of their queries.

    REMOLD_PICTURE=data.json cargo test -p remold-tests --test kubernetes end_to_end
    python3 tests/kubernetes/end_to_end/picture.py data.json docs/guide/dashboard.png

Needs matplotlib.
"""

import json
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.ticker import FuncFormatter
from PIL import Image

# A unit of Grafana's grid, in inches.
WIDE, HIGH = 0.78, 0.36
WIDTH = 24
INK, FAINT, PAPER, CARD = "#1f2933", "#7b8794", "#f4f5f7", "#ffffff"
GOOD, BAD = "#56a64b", "#e02f44"


def in_unit(unit, value):
    """Writes a value as Grafana does for its unit."""
    if unit == "percentunit":
        return f"{value * 100:.0f} %"
    if unit in ("s", "dtdurations"):
        for limit, factor, word in ((1e-3, 1e6, "µs"), (1, 1e3, "ms"), (120, 1, "s"), (7200, 1 / 60, "min")):
            if abs(value) < limit:
                return f"{value * factor:.3g} {word}"
        return f"{value / 3600:.3g} h"
    if unit in ("bytes", "Bps", "binBps", "decbytes"):
        end = "/s" if unit.endswith("ps") else ""
        for word in ("B", "KiB", "MiB"):
            if abs(value) < 1024:
                return f"{value:.3g} {word}{end}"
            value /= 1024
        return f"{value:.3g} GiB{end}"
    if abs(value) >= 1e3:
        return f"{value / 1e3:.3g} K"
    return f"{value:.3g}"


def points(series, begun):
    """The points of a series: seconds since the beginning, and values."""
    known = [(at - begun, float(value)) for at, value in series["points"] if value not in ("NaN", "+Inf", "-Inf")]
    return [at for at, _ in known], [value for _, value in known]


def number(axes, panel, begun):
    axes.axis("off")
    last = [points(series, begun)[1][-1] for series in panel["series"] if points(series, begun)[1]]
    value = last[0] if last else 0
    limit = panel["badFrom"]
    colour = INK if limit is None else BAD if value >= limit else GOOD
    axes.text(0.5, 0.42, in_unit(panel["unit"], value), ha="center", va="center", fontsize=26, color=colour, weight="bold")


def bars(axes, panel, begun):
    shown = [(series["name"], points(series, begun)[1][-1]) for series in panel["series"] if points(series, begun)[1]]
    names, values = [name for name, _ in shown], [value for _, value in shown]
    axes.barh(names, values, color=GOOD, height=0.5)
    for place, value in enumerate(values):
        axes.text(value, place, " " + in_unit(panel["unit"], value), va="center", fontsize=8, color=INK)
    axes.set_xlim(0, max([*values, 1]) * 1.15)
    axes.xaxis.set_visible(False)


def lines(axes, panel, begun, span):
    for series in panel["series"]:
        at, values = points(series, begun)
        axes.plot(at, values, linewidth=1.2, label=series["name"])
        axes.fill_between(at, values, alpha=0.06)
    axes.set_xlim(0, span)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: in_unit(panel["unit"], value)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{int(value) // 60}:{int(value) % 60:02}"))
    if panel["series"]:
        columns = 2 if max(len(series["name"]) for series in panel["series"]) > 24 else 3
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncol=columns, fontsize=6, frameon=False, labelcolor=FAINT)
    else:
        axes.text(span / 2, 0.5, "no data", ha="center", va="center", color=FAINT, fontsize=9)


def places(panels):
    """Where each panel is, in units of the grid: x and y of its corner."""
    x = y = 0
    row = height = None
    for panel in panels:
        if panel["row"] != row:
            y += height or 0
            row, x = panel["row"], 0
            yield None, row, y
            y += 1
        elif x + panel["width"] > WIDTH:
            x, y = 0, y + height
        height = panel["height"]
        yield panel, x, y
        x += panel["width"]


def main(data, picture):
    with open(data, encoding="utf-8") as file:
        told = json.load(file)
    begun = told["begun"]
    ends = [at for panel in told["panels"] for series in panel["series"] for at, _ in series["points"]]
    span = max(ends) - begun
    laid = list(places(told["panels"]))
    total = laid[-1][2] + laid[-1][0]["height"]
    figure = pyplot.figure(figsize=(WIDTH * WIDE, total * HIGH), facecolor=PAPER)
    pyplot.rcParams.update({"font.size": 7, "axes.edgecolor": "#cbd2d9", "xtick.color": FAINT, "ytick.color": FAINT})
    for panel, x, y in laid:
        if panel is None:
            figure.text(0.008, 1 - (y + 0.7) / total, x, fontsize=11, color=INK, weight="bold")
            continue
        wide, high = panel["width"] / WIDTH, panel["height"] / total
        left, bottom = x / WIDTH, 1 - y / total - high
        card = pyplot.Rectangle((left + 0.002, bottom + 0.1 / total), wide - 0.004, high - 0.2 / total, transform=figure.transFigure)
        card.set(facecolor=CARD, edgecolor="#d9dee3", linewidth=0.6, zorder=-1)
        figure.add_artist(card)
        figure.text(left + 0.008, bottom + high - 0.75 / total, panel["title"], fontsize=8, color=INK)
        below = 2.2 if panel["look"] == "timeseries" else 0.6
        box = (left + 0.035, bottom + below / total, wide - 0.05, high - (below + 1.4) / total)
        if panel["look"] == "bargauge":
            box = (left + 0.1, box[1], wide - 0.12, box[3])
        axes = figure.add_axes(box)
        axes.set_facecolor(CARD)
        axes.spines[["top", "right"]].set_visible(False)
        if panel["look"] == "stat":
            number(axes, panel, begun)
        elif panel["look"] == "bargauge":
            bars(axes, panel, begun)
        else:
            axes.grid(color="#edf0f2", linewidth=0.6)
            lines(axes, panel, begun, span)
    figure.savefig(picture, dpi=80, facecolor=PAPER)
    # Few colours make a small file.
    Image.open(picture).convert("RGB").quantize(200).save(picture, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

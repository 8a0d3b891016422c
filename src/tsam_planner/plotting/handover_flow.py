"""Who gives contracts to whom, from today to the plan and within it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.path import Path

from tsam_planner.plan.plan import Plan
from tsam_planner.plan.stretch_weeks import givers_of, is_forced
from tsam_planner.plan.summary import changes
from tsam_planner.plotting.labels import (
    BLACK,
    GRAY,
    MARGIN,
    PLAIN,
    legend_below,
    listed,
    name_of,
    say_nothing_to_draw,
    small_font,
)
from tsam_planner.plotting.weeks import BLUE, RED
from tsam_planner.words import counted

_KINDS = {
    "forced": ("changes hands, forced", RED),
    "chosen": ("changes hands, chosen for points", BLUE),
    "new": ("nobody has it today", "#999933"),
    "nobody": ("nobody has it in the plan", BLACK),
}
# Heights in contracts; a name needs about one.
_GAP, _LEAST = 0.6, 1.0
_INCHES = 0.17
# More contracts than these are drawn narrower.
_MOST = 60
_ALPHA = 0.55
# Where boxes of givers and takers begin, how wide they are, where contracts are named.
_GIVERS, _TAKERS, _WIDTH, _CONTRACTS = 0.18, 0.55, 0.022, 0.73


@dataclass(frozen=True, slots=True)
class Flow:
    """A contract that goes from somebody to somebody; None is nobody."""

    contract_id: str
    giver: str | None
    taker: str | None
    kind: str


def plot_handovers(plan: Plan, *, ax: Axes | None = None) -> Axes:
    """
    Draw which contracts go from which manager to which one, from today on.

    Ribbons are as wide as contracts are many, and boxes hold their number. Colors tell
    forced changes from chosen ones, contracts that nobody has today and those that nobody
    has in the plan (in some weeks at least). Who keeps everything is left out. Contracts
    are named beside who takes them.

    Parameters
    ----------
    plan
        The plan to show.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        Without axes lines: givers on the left, takers on the right.
    """
    flows = flows_of(plan)
    if ax is None:
        _, ax = plt.subplots(figsize=handovers_size(plan), layout="constrained")
    if not flows:
        return say_nothing_to_draw(ax, _finding(plan, flows))
    ax.set_title(_finding(plan, flows), loc="left")
    ax.set_axis_off()
    sides = _order(flows)
    unit = _unit(sides)
    height = max(_height(side, unit) for side in sides)
    left, right = (_boxes(side, unit, height) for side in sides)
    _draw_ribbons(ax, flows, left, right, unit)
    _draw_side(ax, flows, left, is_left=True)
    _draw_side(ax, flows, right, is_left=False)
    ax.set_xlim(0, 1)
    ax.set_ylim(height + 0.8, -1.6)
    kinds = [kind for kind in _KINDS if any(flow.kind == kind for flow in flows)]
    handles = [
        Patch(color=_KINDS[kind][1], alpha=_ALPHA, label=_KINDS[kind][0]) for kind in kinds
    ]
    legend_below(ax, 0.1, handles=handles, ncols=2)
    return ax


def handovers_size(plan: Plan) -> tuple[float, float]:
    """Return the size in inches at which every name can be read."""
    sides = _order(flows_of(plan))
    height = max(_height(side, _unit(sides)) for side in sides)
    return (9.5, MARGIN + _INCHES * max(6.0, height))


def flows_of(plan: Plan) -> list[Flow]:
    """
    Return every change from today to the plan and within it, in the order of contracts.

    Weeks without a manager undo no change of hands: who had the contract last gives it.
    """
    rows = plan.assignments[plan.assignments["status"] != "not_planned"]
    of_contracts: dict[str, list[dict[Any, Any]]] = {}
    for row in rows.assign(giver=givers_of(rows)).to_dict("records"):
        of_contracts.setdefault(str(row["contract_id"]), []).append(row)
    return [
        flow
        for contract_id in sorted(of_contracts)
        for flow in _flows(contract_id, of_contracts[contract_id])
    ]


def _flows(contract_id: str, stretches: Sequence[Mapping[Any, Any]]) -> Iterator[Flow]:
    left_alone = False
    for row in stretches:
        giver, taker = row["giver"], row["manager_id"]
        if taker is None:
            if not left_alone:
                yield Flow(contract_id, giver, None, "nobody")
            left_alone = True
        elif giver is None:
            yield Flow(contract_id, None, taker, "new")
        elif giver != taker:
            kind = "forced" if is_forced(row["reason"]) else "chosen"
            yield Flow(contract_id, giver, taker, kind)


@dataclass(frozen=True, slots=True)
class _Box:
    """What somebody gives or takes: number of contracts, and where it is drawn."""

    number: int
    top: float
    height: float


Sides = dict[str | None, int]
Boxes = dict[str | None, _Box]


def _order(flows: Sequence[Flow]) -> tuple[Sides, Sides]:
    """Return givers and takers with their numbers of contracts, so that few ribbons cross."""
    given = Counter(flow.giver for flow in flows)
    taken = Counter(flow.taker for flow in flows)
    givers = sorted(given, key=lambda name: (name is None, -given[name], str(name)))
    takers = sorted(taken, key=str)
    for _ in range(4):
        takers = _by_neighbors(takers, [(flow.taker, flow.giver) for flow in flows], givers)
        givers = _by_neighbors(givers, [(flow.giver, flow.taker) for flow in flows], takers)
    return {name: given[name] for name in givers}, {name: taken[name] for name in takers}


def _by_neighbors(
    names: list[str | None],
    pairs: Sequence[tuple[str | None, str | None]],
    others: list[str | None],
) -> list[str | None]:
    """Sort names by the mean place of those that they are tied to; nobody comes last."""
    place = {name: number for number, name in enumerate(others)}
    mean = {}
    for name in names:
        places = [place[other] for own, other in pairs if own == name]
        mean[name] = sum(places) / len(places)
    return sorted(names, key=lambda name: (name is None, mean[name], str(name)))


def _unit(sides: Sequence[Sides]) -> float:
    """Return the height of a contract, so that many of them stay on a page."""
    return min(1.0, _MOST / max(1, *(sum(side.values()) for side in sides)))


def _height(side: Sides, unit: float) -> float:
    boxes = sum(max(unit * number, _LEAST) for number in side.values())
    return boxes + _GAP * max(0, len(side) - 1)


def _boxes(side: Sides, unit: float, height: float) -> dict[str | None, _Box]:
    """Spread the boxes of a side over the height."""
    spare = (height - _height(side, unit)) / max(1, len(side))
    boxes, top = {}, spare / 2
    for name, number in side.items():
        boxes[name] = _Box(number, top, max(unit * number, _LEAST))
        top += boxes[name].height + _GAP + spare
    return boxes


def _draw_ribbons(
    ax: Axes, flows: Sequence[Flow], left: Boxes, right: Boxes, unit: float
) -> None:
    givers, takers = list(left), list(right)
    # Leave a box in the order of the takers, reach one in the order of the givers.
    by_taker = sorted(flows, key=lambda flow: (takers.index(flow.taker), flow.kind))
    by_giver = sorted(flows, key=lambda flow: givers.index(flow.giver))
    starts = _stacked(left, [(flow, flow.giver) for flow in by_taker], unit)
    ends = _stacked(right, [(flow, flow.taker) for flow in by_giver], unit)
    for flow in flows:
        ax.add_patch(_ribbon(starts[flow], ends[flow], unit, _KINDS[flow.kind][1]))


def _stacked(
    boxes: Boxes, ends: Sequence[tuple[Flow, str | None]], unit: float
) -> dict[Flow, float]:
    """Return where each ribbon begins at its box, one below the other."""
    tops = {name: box.top + (box.height - unit * box.number) / 2 for name, box in boxes.items()}
    places = {}
    for flow, name in ends:
        places[flow] = tops[name]
        tops[name] += unit
    return places


def _ribbon(start: float, end: float, unit: float, color: str) -> PathPatch:
    one, two = _GIVERS + _WIDTH, _TAKERS
    half = (one + two) / 2
    vertices = [
        (one, start), (half, start), (half, end), (two, end), (two, end + unit),
        (half, end + unit), (half, start + unit), (one, start + unit), (one, start),
    ]  # fmt: skip
    curve = [Path.CURVE4] * 3
    codes = [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY]
    return PathPatch(Path(vertices, codes), facecolor=color, alpha=_ALPHA, linewidth=0)


def _draw_side(ax: Axes, flows: Sequence[Flow], boxes: Boxes, *, is_left: bool) -> None:
    x = _GIVERS if is_left else _TAKERS
    for name, box in boxes.items():
        ax.add_patch(Rectangle((x, box.top), _WIDTH, box.height, color=BLACK, linewidth=0))
        who = "nobody" if name is None else name_of(name, most=18)
        middle = box.top + box.height / 2
        _write(ax, x + _WIDTH / 2, middle, str(box.number), "center", color="white")
        if is_left:
            _write(ax, x - 0.01, middle, who, "right")
        else:
            _write(ax, x + _WIDTH + 0.01, middle, who, "left")
            own = [flow.contract_id for flow in flows if flow.taker == name]
            _write(ax, _CONTRACTS, middle, listed(own, most=3), "left", color=GRAY)
    if is_left:
        _write(ax, x + _WIDTH, -0.7, "before", "right", fontweight="bold")
    else:
        _write(ax, x, -0.7, "in the plan", "left", fontweight="bold")


def _write(ax: Axes, x: float, y: float, text: str, ha: str, **how: Any) -> None:  # noqa: ANN401
    size = small_font()
    ax.text(x, y, text, ha=ha, va="center", fontsize=size, **how, **PLAIN)


def _finding(plan: Plan, flows: Sequence[Flow]) -> str:
    text = changes(plan)
    counts = Counter(flow.kind for flow in flows)
    parts = []
    if counts["new"]:
        verb = "gets" if counts["new"] == 1 else "get"
        parts.append(f"{counted(counts['new'], 'contract')} without a manager {verb} one")
    if counts["nobody"]:
        verb = "has" if counts["nobody"] == 1 else "have"
        parts.append(f"{counts['nobody']} {verb} nobody in all or some weeks")
    second = f"\n{', '.join(parts)}" if parts else ""
    return text[0].upper() + text[1:] + second

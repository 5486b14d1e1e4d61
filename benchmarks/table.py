"""A Report -> rich tables that hold at 100 columns and without colour."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from benchmarks.flops import sample_flops
from benchmarks.results import ContenderResult, Report, RowResult, Spread
from rnnkit.words import counted

IDLE_LIMIT = 0.02  # cores; a waiting contender that uses more has disturbed the others
OVERHEAD_AIM = 1.05  # the whole epoch over its steps alone


def report_table(report: Report) -> Group:
    """Every row with its contenders, its roof and its aims."""
    parts: list[RenderableType] = [_machine_line(report), Text("")]
    for result in report.rows:
        parts += [_title(result), *_body(result), *_remarks(result), Text("")]
    parts.append(Text(_LEGEND, "dim"))
    return Group(*parts)


_LEGEND = (
    "Speed: median (min - max) of the repetitions. rnnkit: how many times as fast it is, the "
    "median of\nthe ratios within a repetition. Roof: the share of the best matrix product's "
    "speed that the row's\nown products make up. First step: seconds, compilation included."
)


def _machine_line(report: Report) -> Text:
    machine = report.machine
    device = machine["gpu"] or f"{machine['cpu']}, {machine['cores']} cores"
    versions = ", ".join(f"{name} {version}" for name, version in sorted(report.versions.items()))
    return Text(f"{device}; {counted(report.repetitions, 'repetition')}\n{versions}")


def _title(result: RowResult) -> Text:
    return Text(f"{result.row.key}  {result.row.title}", "bold")


def _body(result: RowResult) -> list[RenderableType]:
    if result.overhead is not None:
        return [_overhead_line(result.overhead)]
    if not result.contenders:
        return [Text("no contender could run")]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    for head in (result.row.unit, "min - max", "rnnkit", "min - max", "roof", "first step"):
        table.add_column(head, justify="right", no_wrap=True)
    on_gpu = any(c.peak_device_memory_mb is not None for c in result.contenders)
    table.add_column("GPU MB" if on_gpu else "peak MB", justify="right", no_wrap=True)
    table.add_column("settings", overflow="fold")
    for contender in result.contenders:
        table.add_row(*_cells(result, contender))
    return [table]


def _cells(result: RowResult, contender: ContenderResult) -> list[Text]:
    speed, ratio = result.speed(contender), result.times_as_fast(contender)
    share = result.roof_share(contender)
    memory = contender.peak_device_memory_mb or contender.peak_memory_mb
    settings = ", ".join(contender.settings.values())
    ours = "bold" if contender is result.rnnkit else ""
    return [
        Text(contender.name, ours),
        Text(rounded(speed.median), ours),
        Text(f"{rounded(speed.min)} - {rounded(speed.max)}"),
        Text("" if ratio is None else f"{ratio.median:.2f} x", "bold"),
        Text("" if ratio is None else f"{ratio.min:.2f} - {ratio.max:.2f}"),
        Text("" if share is None else f"{100 * share:.0f} %"),
        Text(f"{contender.first_step_seconds:.1f} s"),
        Text(f"{memory:,.0f}"),
        Text(settings),
    ]


def _overhead_line(overhead: Spread) -> Text:
    verdict = "within" if overhead.median <= OVERHEAD_AIM else "NOT within"
    return Text(
        f"{overhead.median:.3f} times its compiled steps alone "
        f"({overhead.min:.3f} - {overhead.max:.3f}): {verdict} 5 %"
    )


def _remarks(result: RowResult) -> list[Text]:
    remarks = []
    if result.roof and result.overhead is None:
        roof = Spread.of(result.roof)
        cost = sample_flops(result.row)
        remarks.append(
            f"roof {roof.median / 1e9:,.0f} GFLOP/s ({roof.min / 1e9:,.0f} - "
            f"{roof.max / 1e9:,.0f}); {cost / 1e6:,.1f} MFLOP each: "
            f"at most {rounded(roof.median / cost)} {result.row.unit}"
        )
    for family, (aim, ratio) in result.reached().items():
        verdict = "reached" if ratio >= aim else "MISSED"
        remarks.append(f"aim {aim:g} x {family}: {verdict}, {ratio:.2f} x")
    for name, reason in result.missing.items():
        remarks.append(f"{name} did not run: {reason}")
    for contender in result.contenders:
        if contender.idle_cpu > IDLE_LIMIT:
            remarks.append(f"{contender.name} used {contender.idle_cpu:.2f} cores while it waited")
    return [Text(remark) for remark in remarks]


def rounded(value: float) -> str:
    """Three digits that count: `1,234`, `56.7`, `1.23`."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"

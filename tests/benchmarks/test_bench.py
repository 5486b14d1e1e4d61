"""The benchmark: its arithmetic in golden numbers, and one tiny run from workers to files."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from benchmarks import machine
from benchmarks.__main__ import measure, write_report
from benchmarks.contenders import ROOFS, epoch
from benchmarks.contenders.epoch import TrainEpoch
from benchmarks.data import load_data, load_unequal
from benchmarks.flops import forward_flops, sample_flops
from benchmarks.machine import file_stem
from benchmarks.plot import plot_report
from benchmarks.results import ContenderResult, Report, RowResult
from benchmarks.rows import (
    ARTICLE,
    CHARACTERS,
    CONVOLVED,
    EPOCH,
    LARGE,
    PIXELS,
    ROWS,
    SIGNALS,
    Network,
    Row,
    select_rows,
)
from benchmarks.table import report_table
from tests.conftest import small_config

TINY = Row(
    "tiny",
    "one small layer",
    "train",
    Network("lstm", 1, units=4, activation="relu", steps=5, inputs=3, outputs=2, dropout=(0.1,)),
    "signals",
    batch=8,
    steps=2,
    aims={"keras": 0.001},
)


@pytest.fixture(scope="module")
def report() -> Report:
    return measure(
        [TINY], repetitions=1, device="cpu", names=("rnnkit", "keras"), roof_entries=ROOFS[:1]
    )


def result(**speeds: list[float]) -> RowResult:
    """A RowResult of contenders with these speeds, under a roof of 1 GFLOP/s."""
    families = {"rnnkit": "rnnkit", "keras": "keras", "keras_xla": "keras"}
    contenders = [
        ContenderResult(name, families[name], {}, 1.0, {}, values, 0.0, 100.0, None)
        for name, values in speeds.items()
    ]
    return RowResult(TINY, 2, contenders, [{"numpy": 1e9, "pytorch": 5e8}] * 3, {})


@pytest.mark.parametrize(
    ("network", "flops"),
    [
        # 2*28*1024*(28+256) + 2*28*1024*(256+256) + 2*256*32 + 2*32*10
        (ARTICLE, 45_662_848),
        # 128 * (2*1024*(64+256) + 2*1024*(256+256) + 2*256*72)
        (CHARACTERS, 222_822_400),
        # 2*784*512*(1+128) + 2*128*10
        (PIXELS, 103_565_824),
        # 2*100*768*(32+256) + 2*256*10
        (SIGNALS, 44_241_920),
        # 2*100*2048*(64+512) + 2*100*2048*(512+512) + 2*512*10
        (LARGE, 655_370_240),
        # 2*128*5*9*64 + 2*128*512*(64+128) + 2*128*6
        (CONVOLVED, 25_904_640),
    ],
)
def test_flops(network: Network, flops: int) -> None:
    assert forward_flops(network) == flops


def test_training_costs_three_passes_and_inference_one() -> None:
    by_key = {row.key: row for row in ROWS}
    assert sample_flops(by_key["1"]) == 136_988_544
    assert sample_flops(by_key["6a"]) == 45_662_848
    assert sample_flops(by_key["6b"]) == 1_740_800


def test_rows_are_chosen_by_key() -> None:
    assert [row.key for row in select_rows("6,2", bfloat16=False)] == ["2", "6a", "6b"]
    assert [row.key for row in select_rows(None, bfloat16=False)][-1] == "epoch"
    with pytest.raises(ValueError, match="no row '0'; the rows are 1, 2"):
        select_rows("1,0", bfloat16=False)


@pytest.mark.parametrize(
    ("keys", "there", "chosen"),
    [("7", False, ["7"]), ("7", True, ["7", "7b"]), ("7b", False, ["7b"])],
)
def test_bfloat16_where_the_machine_has_it(keys: str, there: bool, chosen: list[str]) -> None:
    assert [row.key for row in select_rows(keys, bfloat16=there)] == chosen
    everything = select_rows(None, bfloat16=there)
    assert any(row.bfloat16 for row in everything) is there


EQUAL = [row for row in ROWS if row.source != "unequal"]


def test_unequal_lengths_lie_as_is_said() -> None:
    [row] = [row for row in ROWS if row.source == "unequal"]
    values, lengths, y = load_unequal(row.network)
    assert len(lengths) == len(y) == 694
    assert lengths.sum() == len(values)
    assert lengths.max() == 1788
    assert abs(lengths.mean() / row.network.steps - 1) < 0.05


@pytest.mark.parametrize("row", EQUAL, ids=lambda row: row.key)
def test_data_fit_the_network(row: Row) -> None:
    x, y = load_data(row, 3)
    network = row.network
    assert x.shape[:2] == (3, network.steps)
    assert y.shape == ((3, network.steps) if network.per_step else (3,))
    assert y.max() < network.outputs
    np.testing.assert_array_equal(load_data(row, 3).x, x)


def test_ratios_are_taken_within_a_repetition() -> None:
    drifting = result(rnnkit=[300, 30, 3], keras=[100, 10, 1], keras_xla=[75, 30, 0.5])
    by_name = {c.name: c for c in drifting.contenders}
    ratio = drifting.times_as_fast(by_name["keras"])
    assert ratio is not None
    assert (ratio.min, ratio.median, ratio.max) == (3, 3, 3)
    assert drifting.times_as_fast(by_name["rnnkit"]) is None
    assert drifting.best_of("keras") is by_name["keras_xla"]
    assert drifting.reached() == {"keras": (0.001, 4)}


def test_share_of_the_roof() -> None:
    measured = result(rnnkit=[1000, 2000, 3000])
    share = measured.roof_share(measured.contenders[0])
    assert share == pytest.approx(2000 * sample_flops(TINY) / 1e9)


def test_a_run_measures_every_contender(report: Report) -> None:
    [row] = report.rows
    assert not row.missing
    assert [c.name for c in row.contenders] == ["rnnkit", "keras"]
    for contender in row.contenders:
        [seconds], [speed] = contender.measures["seconds"], contender.samples_per_second
        assert speed == pytest.approx(TINY.batch * TINY.steps / seconds)
        assert 0 < contender.measures["loss"][0] < 2
        assert contender.first_step_seconds > 0
        assert contender.peak_memory_mb > 50
    assert {"rnnkit", "keras", "tensorflow", "numpy"} <= set(report.versions)


def test_an_epoch_is_measured_beside_its_steps(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "small.yaml"  # the article's takes ten seconds to compile
    config.write_text(json.dumps(small_config(data)))
    monkeypatch.setattr(epoch, "CONFIG", config)
    contender = TrainEpoch(dataclasses.replace(EPOCH, batch=40, steps=2), device="cpu")
    contender.first_step()
    measures = contender.run(2)
    assert measures.keys() == {"seconds", "bare_seconds"}
    assert all(0 < seconds < 60 for seconds in measures.values())


def test_the_table_holds_at_100_columns(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    Console(width=100, highlight=False).print(report_table(report))
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 100
    assert "aim 0.001 x keras: reached" in text


@pytest.mark.usefixtures("painted")
def test_files_of_another_machine_stay(report: Report, tmp_path: Path) -> None:
    path = write_report(report, tmp_path, "here")
    assert path == write_report(report, tmp_path, "here") == tmp_path / "here.json"
    assert path.with_suffix(".png").stat().st_size > 1000
    written = json.loads(path.read_text("utf-8"))
    assert len(written["rows"][0]["contenders"][0]["measures"]["seconds"]) == 1
    elsewhere = dataclasses.replace(report, machine={**report.machine, "cores": 1024})
    assert write_report(elsewhere, tmp_path, "here").name == "here-2.json"


def test_a_row_that_nobody_could_run_is_said_and_not_drawn(tmp_path: Path, report: Report) -> None:
    empty = RowResult(TINY, 2, [], [], {"pytorch": "not there"})
    nothing = dataclasses.replace(report, rows=[empty])
    plot_report(nothing, tmp_path / "empty.png")
    assert not (tmp_path / "empty.png").exists()
    with (console := Console(width=100)).capture() as captured:
        console.print(report_table(nothing))
    assert "pytorch did not run: not there" in captured.get()


def test_a_processor_is_named_with_its_generation(monkeypatch: pytest.MonkeyPatch) -> None:
    info = "cpu family\t: 26\nmodel\t\t: 2\nmodel name\t: AMD EPYC\nflags\t\t: fma avx avx2 {}\n"
    monkeypatch.setattr(machine, "_cpu_info", lambda: info.format("avx512f avx512_bf16"))
    found = machine.describe_machine("cpu")
    assert (found["cpu"], found["vectors"]) == ("AMD EPYC (family 26, model 2)", "AVX-512")
    assert machine.has_bfloat16()
    monkeypatch.setattr(machine, "_cpu_info", lambda: info.format(""))
    assert machine.describe_machine("cpu")["vectors"] == "AVX2" and not machine.has_bfloat16()
    monkeypatch.setattr(machine, "_cpu_info", lambda: "")
    assert machine.describe_machine("cpu")["cpu"] and not machine.has_bfloat16()


def test_ctrl_c_keeps_the_rows_that_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    done = RowResult(TINY, 2, [], [], {})
    turns = iter([done])

    def race(*arguments: object, **options: object) -> RowResult:
        if (result := next(turns, None)) is None:
            raise KeyboardInterrupt
        return result

    monkeypatch.setattr("benchmarks.__main__.race", race)
    report = measure([TINY, TINY, TINY], repetitions=1, device="cpu", names=(), roof_entries=())
    assert report.rows == [done]


def test_file_names() -> None:
    xeon = {"cpu": "Intel(R) Xeon(R) CPU E5-2690 v4 @ 2.60GHz", "cores": 4, "gpu": None}
    assert file_stem(xeon) == "intel-xeon-e5-2690-v4-4-cores"
    assert file_stem({**xeon, "gpu": "NVIDIA H100 80GB HBM3"}) == "nvidia-h100-80gb-hbm3"

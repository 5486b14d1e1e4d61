"""How people write tables: read where the config says how, named where it does not."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnkit.config.tables import TableFormat
from rnnkit.data.numbers import read_numbers
from rnnkit.data.tables.delimited import Delimited
from rnnkit.data.tables.encodings import likely_encodings
from rnnkit.data.tables.files import TableFiles
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from tests.data.tables.reading import content, read_table

Content = str | bytes


def read(tmp_path: Path, content: Content, text: tuple[str, ...] = (), **options: Any) -> Table:
    (tmp_path / "a.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(tmp_path / "a.csv", text=text, **options)


def numbers(table: Table, text: tuple[str, ...] = ()) -> list[list[float]]:
    columns = [name for name in table.columns if name not in text]
    return read_numbers(table, columns).tolist()


def test_a_european_file_gets_its_whole_format_proposed(tmp_path: Path) -> None:
    text = 'Tag;Größe\n01.02.2020;"1.234,5"\n02.02.2020;7,25\n'.encode("cp1252")
    with pytest.raises(DataError) as caught:
        read(tmp_path, text, text=("Tag",))
    assert str(caught.value) == (
        f"{tmp_path / 'a.csv'}: it seems to be written in another way than stated: byte 0xf6 in "
        "line 1 is not UTF-8: state the encoding that reads right (cp1252: 'Größe', cp1250: "
        "'Größe', cp1254: 'Größe', cp1253: 'Grφίe', cp1251: 'GrцЯe'); its fields are "
        "separated by ';'; '1.234,5' has a decimal comma; '1.234,5' groups thousands by '.'. "
        "State how it is written, under `data:`\n"
        '  format: {encoding: "cp1252", separator: ";", decimal: ",", thousands: "."}'
    )
    options = {"encoding": "cp1252", "separator": ";", "decimal": ",", "thousands": "."}
    table = read(tmp_path, text, text=("Tag",), **options)
    assert numbers(table, text=("Tag",)) == [[1234.5], [7.25]]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("日期,城市,数值\n北京,上海", "gb18030"), ("日付,都市,値\n東京,大阪", "shift_jis"),
        ("дата,город\nМосква,Казань", "cp1251"), ("дата,город\nМосква,Казань", "koi8-r"),
        ("miasto,wartość\nŁódź,7", "cp1250"), ("날짜,도시\n서울,부산", "euc_kr"),
        ("Temp °C,10 µm", "cp1252"), ("Αθήνα,θερμοκρασία", "cp1253"), ("時間,類別,銷量", "big5"),
    ],
)  # fmt: skip
def test_the_encoding_that_reads_best_is_named_first(text: str, encoding: str) -> None:
    content = f"a\n{text}\n1,2\n".encode(encoding)
    byte = next(place for place, value in enumerate(content) if value > 127)
    readings = likely_encodings(content, byte)
    assert next(iter(readings)) == encoding
    assert len(readings) > 2 and readings[encoding] in text


@pytest.mark.parametrize(
    ("text", "options", "proposed"),
    [
        ("a\tb\n1\t2\n3\t4\n", {}, r'{separator: "\t"}'),
        ("a|b\n1|2,5\n3|4,25\n", {}, '{separator: "|", decimal: ","}'),
        ("sep=;\r\na;b\r\n1;2\r\n", {}, '{skip_rows: 1, separator: ";"}'),
        ("Report of May\n\na,b\nx,1\ny,2\n", {}, "{skip_rows: 2}"),
        ("May;;\n;;\na;b;c\nx;1;2\n", {"separator": ";"}, '{separator: ";", skip_rows: 2}'),
        ("# made by\n# them, in May\na,b\n1,2\n", {}, '{comment: "#"}'),
        ("5.1,3.5,s\n4.9,3.0,s\n4.7,3.2,v\n", {}, "{header: false}"),
        ("2020-01-01,3\n2020-01-02,4\n", {}, "{header: false}"),
        ("7,7\n4,5\n6,7\n", {}, "{header: false}"),
        ("spam,a prize\nham,see you\nspam,one more\n", {}, "{header: false}"),
        ("day     x\n1.5   20\n 12  3.5\n", {}, '{separator: " "}'),
        ('"d" "x"\n"1" "a b" 5\n"2" "c" 4\n', {}, '{separator: " ", skip_rows: 1, header: false}'),
        ("d,x\n1,a,5\n2,b,4\n", {}, "{skip_rows: 1, header: false}"),
        ("d,t\n1,'a, b'\n2,'c'\n", {}, """{quote: "'"}"""),
        ("'d';'x'\n'1';'2,5'\n'3';'4,5'\n", {}, """{quote: "'", separator: ";", decimal: ","}"""),
        ("P,C,C\nTicker,A1,B\nDate,,\n" + "2020-01-01,1,2\n" * 5, {},
         "{skip_rows: 3, header: false}"),
        (",p,p\n,open,close\n" + "2020-01-01,1,2\n" * 5, {}, "{skip_rows: 2, header: false}"),
    ],
)  # fmt: skip
def test_how_a_file_is_cut_is_named(
    tmp_path: Path, text: str, options: dict[str, Any], proposed: str
) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, text, **options)
    assert str(caught.value).splitlines()[-1] == f"  format: {proposed}"


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("label,0,1,2\na,3,4,5\n", ["label", "0", "1", "2"]),
        ("k,1990,1995,2000\na,3,4,5\n", ["k", "1990", "1995", "2000"]),
        (",0,1\n0,3,4\n1,4,5\n", ["column1", "0", "1"]),
        ("d,x\n" + "Jan 2020,n.a.\n" * 3 + "Jan 2020,5\n" * 5, ["d", "x"]),
        ("x,y\n" + "NA,NA\n" * 3 + "4,5\n" * 5, ["x", "y"]),
        ("d,temp\n,degC\n" + "2020-01-01,5\n" * 5, ["d", "temp"]),
        ("t\n'tis it\nit's\nrock 'n' roll\n", ["t"]),
        ("#a,b\n1,2\n", ["#a", "b"]),
        ("a,b\nx,y\na,b\nz,y\n", ["a", "b"]),
        ("moves\ne4;e5;f3\nd4;d5;c4\n", ["moves"]),
        ("title\nThe 39 steps\nThe 3 sisters\n", ["title"]),
    ],
)
def test_names_that_are_numbers_and_rows_that_are_text_are_left_alone(
    tmp_path: Path, text: str, columns: list[str]
) -> None:
    (tmp_path / "a.csv").write_text(text)
    assert list(TableFiles([tmp_path / "a.csv"]).names) == columns


def test_a_header_of_numbers_can_be_stated(tmp_path: Path) -> None:
    assert content(read(tmp_path, "5,7\n1,2\n", header=True)) == {"5": [1], "7": [2]}


@pytest.mark.parametrize(
    ("fields", "options", "expected"),
    [
        (["$1,234.50", "-$2,000", "$7"], {"thousands": ",", "units": {"$": 1}}, [1234.5, -2000, 7]),
        (["5%", "-3.5 %", "1e1%"], {"units": {"%": 0.01}}, [0.05, -0.035, 0.1]),
        (["1.2M", "800K", "0.1B"], {"units": {"K": 1e3, "M": 1e6, "B": 1e9}}, [1.2e6, 8e5, 1e8]),
        (["12 kg", "3 t", "4"], {"units": {"kg": 1, "t": 1000}}, [12, 3000, 4]),
        (["1 234,5 €", "12\u00a0000", "3"], {"decimal": ",", "thousands": " ", "units": {"€": 1}},
         [1234.5, 12000, 3]),
        (["1’234.5", "12'000", "−3"], {"thousands": "'"}, [1234.5, 12000, -3]),
        (["(1,234.5)", "($7)", "$2"], {"thousands": ",", "units": {"$": 1, "(": -1, ")": 1}},
         [-1234.5, -7, 2]),
        (["1,234.50-", "5 -", "7", "-8", "1e-2"], {"thousands": ",", "units": {"-": -1}},
         [-1234.5, -5, 7, -8, 0.01]),
        (["5-%", "3 €-"], {"units": {"%": 0.01, "€": 1, "-": -1}}, [-0.05, -3]),
        (["12,34,567", "1,000", "5"], {"thousands": ","}, [1234567, 1000, 5]),
        (["1.029", "968", "1.234.567"], {"thousands": "."}, [1029, 968, 1234567]),
        (["1.029", "968", "0"], {"decimal": "."}, [1.029, 968, 0]),
        (["-200", "-200.0", "NA"], {"missing": -200}, [np.nan] * 3),
        (["'1,5'", "2"], {"decimal": ",", "quote": "'"}, [1.5, 2]),
        (["?", "", "5"], {"missing": ["?"]}, [np.nan, np.nan, 5]),
    ],
)  # fmt: skip
def test_numbers_are_read_as_stated(
    tmp_path: Path, fields: list[str], options: dict[str, Any], expected: list[float]
) -> None:
    table = read(tmp_path, "".join(f"{f}\tx\n" for f in ["a", *fields]), separator="\t", **options)
    np.testing.assert_array_equal(read_numbers(table, ["a"]).ravel(), expected)


@pytest.mark.parametrize(
    ("fields", "options", "proposed"),
    [
        (["$1,234.50", "$7"], {}, '{thousands: ",", units: {"$": 1}}'),
        (["1.2M", "800K"], {}, '{units: {"M": 1000000, "K": 1000}}'),
        (["5 %", "7%"], {}, '{units: {"%": 1}}'),
        (["1’234.5", "3"], {}, '{thousands: "\'"}'),
        (["1.234,50-", "7,25"], {}, '{decimal: ",", thousands: ".", units: {"-": -1}}'),
        (["–1.5", "7"], {}, '{units: {"–": -1}}'),
        (["1,5", "0,125"], {}, '{decimal: ","}'),
        (["1,002E+02", "1,125E+02"], {"separator": "\t"}, '{decimal: ","}'),
        (["1,234", "12,500"], {}, '{decimal: ","}'),  # between fields stands a ;
        (["1,234", "12,500"], {"separator": "\t"}, '{thousands: ","}'),  # with a question: below
        (["?", "?", "3"], {}, '{missing: ["?"]}'),
        (["1.5", "1.000"], {"decimal": ","}, None),
        (["1,5", "2.5"], {}, None),
        (["1,5", "1,000"], {"thousands": ","}, None),
        (["12x", "3"], {"units": {"kg": 1000}}, '{units: {"kg": 1000, "x": 1}}'),
    ],
)
def test_numbers_that_are_not_read_are_named(
    tmp_path: Path, fields: list[str], options: dict[str, Any], proposed: str | None
) -> None:
    stated = {"separator": ";", **options}
    text = "".join(f"{f}{stated['separator']}x\n" for f in ["a", *fields])
    with pytest.raises(DataError, match=r"a\.csv, line [23], column 'a': .* is not a number") as e:
        numbers(read(tmp_path, text, ("x",), **stated), ("x",))
    *_, last = str(e.value).splitlines()
    assert ("format:" in last) == (proposed is not None)
    if proposed is not None:
        assert last.endswith(proposed.removeprefix("{"))
    asked = "if it is a decimal comma: decimal: ','" in str(e.value)
    assert asked == (fields[0] == "1,234" and stated["separator"] != ";")


@pytest.mark.parametrize(
    ("fields", "beside", "separator"),
    [
        (["968", "1.029", "992"], "beside '968'", ","),
        (["12.345", "7.000"], "in fields separated by ';', as where .*", ";"),
        (["-5", "1.500", ""], "beside '-5'", ","),
    ],
)
def test_points_that_may_group_thousands_are_asked_about(
    tmp_path: Path, fields: list[str], beside: str, separator: str
) -> None:
    text = f"a{separator}b\n" + "".join(f"{f}{separator}0.5\n" for f in fields)
    with pytest.raises(DataError, match=f"column 'a' has .* {beside}, and every point in it") as e:
        numbers(read(tmp_path, text, separator=separator))
    assert 'thousands: "."}' in str(e.value)
    assert 'decimal: "."}' in str(e.value)


@pytest.mark.parametrize(
    "fields", [["968.0", "1.029"], ["0.968", "1.029"], ["1.029", "968", "1.5"], ["12.345", "7.000"]]
)
def test_other_points_are_decimal(tmp_path: Path, fields: list[str]) -> None:
    table = read(tmp_path, "".join(f"{field},x\n" for field in ["a", *fields]), ("x",))
    assert numbers(table, ("x",)) == [[float(field)] for field in fields]


@pytest.mark.parametrize(
    ("mark", "others"),
    [("-200", [n % 17 / 10 for n in range(60)]), ("9999", [n % 23 for n in range(60)]),
     ("1e20", [n**2 for n in range(60)]), ("-999", [n % 7 - 3 for n in range(60)])],
)  # fmt: skip
def test_marks_far_from_the_rest_are_pointed_out(
    tmp_path: Path, mark: str, others: list[float]
) -> None:
    fields = [mark if n % 9 == 4 else str(one) for n, one in enumerate(others)]
    table = read(tmp_path, "".join(f"{f},1\n" for f in ["a", *fields]))
    numbers(table)
    [note] = table.notes
    number = f"{float(mark):.15g}"
    assert note.startswith(f"{number} stands 7 times in column 'a', far from its other values")
    assert note.endswith(f"state data.format.missing: [{number}]")
    table = read(tmp_path, "a\n" + "\n".join(fields), missing=[mark])
    assert np.isnan(read_numbers(table, ["a"])).sum() == 7


@pytest.mark.parametrize(
    "column",
    [[0, 1] * 30, [-1, 0, 1] * 20, [0] * 50 + [7, 9, 30, 31, 32, 33], list(range(60)),
     [n**3 for n in range(60)]],
)  # fmt: skip
def test_usual_values_are_not(tmp_path: Path, column: list[int]) -> None:
    table = read(tmp_path, "a,b\n" + "".join(f"{n},1\n" for n in column))
    numbers(table)
    assert table.notes == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('a,b\n1,"x\n2,y\n3,z\n', "line 2: .* up to 4"),
        ('a,b\n1,"x\n2,y"\n3,z\n', "line 2: .* up to 3"),
        ('a,c,b\n1,u,"x\n2,v,w\n3,u,y"\n', "line 2: .* up to 4"),
    ],
)
@pytest.mark.parametrize("bad_rows", ["refuse", "skip"])
def test_quotation_marks_that_take_in_rows(
    tmp_path: Path, text: str, lines: str, bad_rows: str
) -> None:
    with pytest.raises(DataError, match=f"{lines}: close it, or double it"):
        read(tmp_path, text, text=("b", "c"), bad_rows=bad_rows)


def test_line_breaks_and_marks_that_belong_to_a_field(tmp_path: Path) -> None:
    table = read(tmp_path, 'a,b\n1,"x\nand, y"\n2,5" pipe\n3,"a ""b"""\n', text=("b",))
    assert content(table) == {"a": [1, 2, 3], "b": ["x\nand, y", '5" pipe', 'a "b"']}


def test_texts_of_several_lines_that_look_like_rows(tmp_path: Path) -> None:
    text = 'b,label\n"Oh, well\nno, really",bad\n' + "fine,good\nso so,bad\n" * 5
    assert read(tmp_path, text, text=("b", "label")).rows == 11  # 'well' is no label
    text = 'a,b\n1,"x\n2,y"\n'
    with pytest.raises(DataError, match=r"state it under `data:`\n  format: {quote"):
        read(tmp_path, text, text=("b",))
    assert content(read(tmp_path, text, text=("b",), quote='"'))["b"] == ["x\n2,y"]


def test_marks_that_a_backslash_escapes(tmp_path: Path) -> None:
    text = 'b,label\n"He said \\"hi\\" ok",a\n"no",b\n'
    with pytest.raises(DataError, match=r"line 2: .* is written \\\" instead of \"\": double all"):
        read(tmp_path, text, text=("b", "label"))


def test_lines_that_are_quoted_as_a_whole(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="each line as a whole stands within quotation marks"):
        read(tmp_path, '"a;b"\n"1;2"\n"3;4"\n')
    stated = read(tmp_path, '"a, b"\n"x, y"\n"z, y"\n', text=("a, b",), quote='"')
    assert list(stated.columns) == ["a, b"]
    assert read(tmp_path, '"a"\n"x, y"\n"z, y"\n', text=("a",)).rows == 2


def test_single_quotation_marks(tmp_path: Path) -> None:
    table = read(tmp_path, "a,b\n1,'x\nand, y'\n2,it's\n3,'d''eau'\n", text=("b",), quote="'")
    assert content(table) == {"a": [1, 2, 3], "b": ["x\nand, y", "it's", "d'eau"]}
    with pytest.raises(DataError, match="line 2: a quotation mark opens here and takes in"):
        read(tmp_path, "a,b\n1,'x\n2,y\n3,'z\n", text=("b",), quote="'")


@pytest.mark.parametrize("end", [";;;\n", ";;;\n;;;", ";;;\r\n" * 3])
def test_columns_and_rows_that_hold_nothing(tmp_path: Path, end: str) -> None:
    table = read(tmp_path, "a;b;;\n1;2;;\n3;;;\n" + end, separator=";")
    assert content(table) == {"a": [1, 3], "b": [2, None]}
    assert table.place(1, brief=True) == "line 3"
    rows = end.count(";;;")
    assert table.notes == [
        "2 columns without a name or a value left out",
        f"{rows} row{'s'[: rows - 1]} without any value left out",
    ]


def test_a_column_without_a_name_that_holds_something_late(tmp_path: Path) -> None:
    rows = "".join(f"{n};2;\n" for n in range(300))
    table = read(tmp_path, f"a;b;\n{rows}3;4;5\n", separator=";")
    assert list(table.columns) == ["a", "b", "column3"]


@pytest.mark.parametrize(
    "wrong", [{"encoding": "utf-9"}, {"units": {"1k": 1}}, {"units": {"-": 2}}]
)
def test_options_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"is no |multiplies it by -1"):
        TableFormat.model_validate(wrong)


def test_blank_lines_of_a_single_column_are_counted(tmp_path: Path) -> None:
    table = read(tmp_path, "y\n1\n\n3\n\n4\n")
    assert content(table) == {"y": [1, 3, 4]}
    assert table.notes == ["2 rows without any value left out"]
    assert read(tmp_path, "y\n1\n3\n").notes == []


@pytest.mark.parametrize("code", [0, 300])
@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_a_code_with_a_low_line_is_no_number(tmp_path: Path, code: int, name: str) -> None:
    rows = "".join(f"{'4_2' if n == code else n},{n}\n" for n in range(301))
    text = f"room,x\n{rows}".encode()
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    with pytest.raises(DataError, match=f"line {code + 2}, column 'room': '4_2' is not a number"):
        numbers(read_table(tmp_path / name))


@pytest.mark.parametrize("names", [["a.csv", "b.csv"], ["b.csv", "a.csv"]])
def test_a_column_of_numbers_in_one_file_and_text_in_another(
    tmp_path: Path, names: list[str]
) -> None:
    """The engine would make 42 of 4_2 where it puts both into one column."""
    files = [tmp_path / name for name in names]
    (tmp_path / "a.csv").write_text("x,y\n1.0,a\n")
    (tmp_path / "b.csv").write_text("y,x\nb,NA\n")
    table = TableFiles(files).read(numbers=["x"], text=["y"])
    assert {str(number) for [number] in numbers(table, ("y",))} == {"1.0", "nan"}
    (tmp_path / "b.csv").write_text("y,x\nb,4_2\n")
    with pytest.raises(DataError, match=r"b\.csv, line 2, column 'x': '4_2' is not a number"):
        numbers(TableFiles(files).read(numbers=["x"], text=["y"]), ("y",))


def test_a_code_is_found_across_what_is_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_text("room,x\n1,4_2\n")
    for size in range(1, 16):
        monkeypatch.setattr("rnnkit.data.tables.delimited.SCAN", size)
        assert Delimited(tmp_path / "a.csv", TableFormat()).joins_digits()


def test_what_is_not_utf_8_is_found_in_a_column_that_is_not_read(tmp_path: Path) -> None:
    rows = b"1,cafe\n" * 200_000
    (tmp_path / "a.csv").write_bytes(b"x,y\n" + rows + b"1,caf\xe9\n")
    with pytest.raises(DataError, match=r"line 200,002: byte 0xe9 is not UTF-8"):
        TableFiles([tmp_path / "a.csv"]).read(numbers=["x"], text=())


def test_units_that_differ_within_a_column_are_pointed_out(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"but '5\.5', '4%' stand in one column: correct what each"):
        numbers(read(tmp_path, "a,b\n4%,1\n5.5,2\n"))


def test_blanks_stand_between_fields(tmp_path: Path) -> None:
    text = '  t   place\n1.5   "New  York"\n 2 Rome \n'
    table = read(tmp_path, text, text=("place",), separator=" ")
    assert content(table) == {"t": [1.5, 2.0], "place": ["New  York", "Rome"]}
    assert table.place(1) == f"{tmp_path / 'a.csv'}, line 3"

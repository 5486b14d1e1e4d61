"""What one token is, in every script and in every form that Unicode has for the same letters."""

import re
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.data.tokens.splitting import Splitter, begins_anew, is_run
from rnnkit.data.tokens.vocabulary import Vocabulary

WORDS = Splitter("word")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("कर्म में शक्ति।", ["कर्म", "में", "शक्ति", "।"]),  # vowel signs and virama
        ("क्‍ष श्री", ["क्‍ष", "श्री"]),  # U+200D
        ("می‌خواهم بروم؟", ["می‌خواهم", "بروم", "؟"]),  # U+200C
        ("مُحَمَّد، سَلَام", ["مُحَمَّد", "،", "سَلَام"]),  # harakat
        ("שָׁלוֹם צה״ל", ["שָׁלוֹם", "צה״ל"]),
        ("தமிழ் மொழி", ["தமிழ்", "மொழி"]),
        ("ภาษาไทย ง่าย", ["ภาษาไทย", "ง่าย"]),
        ("ខ្មែរ\u200bភាសា", ["ខ្មែរ", "ភាសា"]),  # parted by U+200B
        ("བོད་སྐད", ["བོད", "་", "སྐད"]),
        (unicodedata.normalize("NFD", "Tiếng Việt"), ["Tiếng", "Việt"]),
        ("l’été aujourd'hui x² ½", ["l’été", "aujourd'hui", "x²", "½"]),
        ("Donau\u00addampf col·lega e‐mail", ["Donau\u00addampf", "col·lega", "e‐mail"]),
        ("go 👩‍🚀👍🏽 🇮🇳!", ["go", "👩‍🚀", "👍🏽", "🇮🇳", "!"]),
        ("10\u00a0km,\nja", ["10", "km", ",", "\n", "ja"]),
    ],
)
def test_words_of_every_script(text: str, tokens: list[str]) -> None:
    assert WORDS.split(text) == [unicodedata.normalize("NFC", token) for token in tokens]


@pytest.mark.parametrize(
    "sign", ["<unk>", "<eos>", "<s>", "</s>", "<|endoftext|>", "[MASK]", "@-@", "@,@", "&quot;"]
)
def test_signs_of_prepared_corpora_stay_whole(sign: str) -> None:
    assert WORDS.split(f"the {sign} of {sign}.") == ["the", sign, "of", sign, "."]


def test_brackets_of_prose_stand_alone() -> None:
    assert WORDS.split("a < b > c [Exit] @x <3") == [
        "a", "<", "b", ">", "c", "[", "Exit", "]", "@", "x", "<", "3",
    ]  # fmt: skip


@given(st.text(alphabet=sorted(set(string.printable) - set("<@&[\x1c\x1d\x1e\x1f"))))
def test_plain_english_is_words_and_single_signs(text: str) -> None:
    assert WORDS.split(text) == re.findall(r"\w+(?:['-]\w+)*|\n|[^\w\s]", text)


@pytest.mark.parametrize(
    ("form", "tokens"),
    [
        ("NFC", ["\u00e9", "ﬁ"]),
        ("NFD", ["e\u0301", "ﬁ"]),
        ("NFKC", ["\u00e9", "fi"]),
        ("none", ["e\u0301", "ﬁ"]),
    ],
)
def test_forms_of_unicode(form: str, tokens: list[str]) -> None:
    splitter = Splitter("item", form)  # type: ignore[arg-type]
    assert splitter.split("e\u0301 ﬁ") == tokens
    assert splitter.changes("e\u0301 ﬁ") == (form in ("NFC", "NFKC"))


@pytest.mark.parametrize("level", ["character", "word", "item"])
def test_a_prompt_is_brought_to_the_form_of_the_vocabulary(level: str) -> None:
    token = "é" if level == "character" else "thé"
    vocabulary = Vocabulary(level=level, tokens=("h", token, "t"))  # type: ignore[arg-type]
    composed, apart = (unicodedata.normalize(form, "thé") for form in ("NFC", "NFD"))
    assert vocabulary.encode(composed).tolist() == vocabulary.encode(apart).tolist()


@given(st.text(max_size=8), st.text(max_size=8))
def test_where_a_text_may_be_cut(before: str, after: str) -> None:
    if after and begins_anew(after[0]):
        for form in ("NFC", "NFD", "NFKC"):
            whole = unicodedata.normalize(form, before + after)
            parts = [unicodedata.normalize(form, part) for part in (before, after)]
            assert "".join(parts) == whole


@pytest.mark.parametrize(
    ("word", "expected"),
    [("日本語", True), ("ภาษา", True), ("ខ្មែរ", True), ("x日", False), ("ça", False)],
)
def test_runs_of_scripts_without_spaces(word: str, expected: bool) -> None:
    assert is_run(word) == expected

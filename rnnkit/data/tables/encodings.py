"""Bytes that are not UTF-8 -> the encodings that they may be in, and how a word reads in each.

A detector for prose, as charset-normalizer is, takes one umlaut among numbers for Chinese: of 15
small tables 7 got the right encoding first, 13 here.
"""

from __future__ import annotations

import re
import unicodedata

_TWO_BYTES = {  # with the first bytes that common signs have
    "euc_kr": (0xB0, 0xC8), "gb18030": (0xB0, 0xD7), "big5": (0xA4, 0xC6),
    "shift_jis": (0x81, 0x97), "euc_jp": (0xA4, 0xCF),
}  # fmt: skip
_ENCODINGS = ("cp1252", "cp1250", "cp1251", "koi8-r", "cp1253", "cp1254", *_TWO_BYTES)
_LOOKED_AT = 1 << 14  # bytes around the first that is not ASCII
_SHOWN = 5  # readings
_WORD = re.compile(r"\w*[^\W\x00-\x7f]\w*|[^\x00-\x7f]+")
_SIGNS = "°µ€£§²³±×–—‘’“”„…\u00a0"  # that stand beside numbers and words of any language


def likely_encodings(content: bytes, byte: int) -> dict[str, str]:
    """The likeliest first, each with the first word beyond ASCII as it reads there.

    Args:
        content: of a file, its beginning perhaps.
        byte: the place of the first one that is not UTF-8.
    """
    begins = max(content.rfind(b"\n", 0, byte), byte - _LOOKED_AT) + 1
    some = content[begins : byte + _LOOKED_AT]
    some = some[: some.rfind(b"\n") + 1] or some
    found = dict[str, tuple[float, str]]()
    for name in _ENCODINGS:
        try:
            text = some.decode(name)
        except UnicodeDecodeError:
            continue
        if words := _WORD.findall(text):
            found[name] = _odd(text, name), words[0]
    likely = sorted(found, key=lambda name: found[name][0])[:_SHOWN]
    return {name: found[name][1] for name in likely} or {"cp1252": some.decode("cp1252", "replace")}


def _odd(text: str, name: str) -> float:
    """The share of signs beyond ASCII that hardly stand in a word, or beside their neighbour."""
    beyond = [sign for sign in text if not sign.isascii() and sign not in _SIGNS]
    if name in _TWO_BYTES:
        first, last = _TWO_BYTES[name]
        odd = sum(not first <= sign.encode(name)[0] <= last for sign in beyond)
        odd += len(re.findall(r"[A-Za-z](?=[^\W\x00-\x7f])", text))  # K鰈n
        return odd / max(1, len(beyond))
    pairs = list(zip(" " + text, text + " ", strict=True))
    odd = sum(not unicodedata.category(sign).startswith("L") for sign in beyond)
    odd += sum(a.islower() and b.isupper() for a, b in pairs)
    odd += len(re.findall(rf"[^\W\d_][{_SIGNS}](?=[^\W\d_])", text))
    script = {sign: unicodedata.name(sign, "").split(" ")[0] for sign in {*text}}
    for a, b in pairs[:-1]:
        if a.isalpha() and b.isalpha() and not {a, b} & {*_SIGNS}:
            far = not a.isascii() and not b.isascii()  # äàòà
            odd += script[a] != script[b] or (script[a] == "LATIN" and far)
    return odd / max(1, len(beyond))

"""What others must never read is cut out of every text: keys by their name and by their value.

Names catch what nobody registered; values catch what stands where no name is: in a URL's path, in
the middle of a frame that was cut short, in an exception of a library.
"""

import json
import logging
import re
from pathlib import Path

MARK = "***"

_SECRET = re.compile(
    r"""(?ix)
    ( (?: approval_key | app_?key | app_?secret | secret_?key | authorization | access_token )
        \\* ["']? \s* [:=] \s* )
    (?: "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*'   # in quotes
        | (?P<quote>\\+["']) .*? (?P=quote)       # in quotes that were written out themselves
        | (?: bearer | basic ) \s+ \S+
        | [^\s,;}&]+ )
    """
)
_LOGIN = re.compile(r"(?<=://)[^/\s@\"']+@")

PIECE = 8
"""Characters of a hidden value that are cut wherever they stand, whatever surrounds them."""
_SHORTEST = 4

_pieces: frozenset[str] = frozenset()
_short: tuple[str, ...] = ()


def hide(value: str) -> None:
    """Cut a value, and every piece of it, from all that is logged or reported from now on.

    As it is, URL-quoted, and as JSON and repr write it. A value of less than four characters is
    in too many words to be cut; keys are longer. Call it from any thread.
    """
    global _pieces, _short
    forms = _forms(value.strip())
    pieces = {form[at : at + PIECE] for form in forms for at in range(len(form) - PIECE + 1)}
    short = {form for form in forms if _SHORTEST <= len(form) < PIECE}
    _pieces |= pieces
    _short = tuple(sorted({*_short, *short}, key=len, reverse=True))


def redacted(text: str) -> str:
    """Return the text with all hidden values, and what stands behind a secret's name, taken out."""
    return _LOGIN.sub(f"{MARK}@", _SECRET.sub(rf"\1{MARK}", _cut(text)))


def homeless(text: str, home: Path | None = None) -> str:
    """Return the text with the user's home folder, which tells his name, written as "~"."""
    from urllib.parse import quote

    try:
        folder = Path.home() if home is None else home
    except RuntimeError:  # a user without one
        return text
    if len(folder.parts) < 2:
        return text
    forms = {str(folder), str(folder.resolve())}
    forms |= {folder.as_posix(), *(json.dumps(form)[1:-1] for form in forms)}
    forms |= {quote(folder.as_posix())}  # as file:// addresses have it
    for form in sorted(forms, key=len, reverse=True):
        text = re.sub(rf"{re.escape(form)}(?![\w.-])", "~", text)
    return text


class Redaction(logging.Formatter):
    """A formatter that lets no secret through, wherever in the record it stands."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


def _forms(value: str) -> set[str]:
    """Return a value as it is, and as those write it who pass it on."""
    from urllib.parse import quote, quote_plus  # not while the program starts

    forms = {value}
    for quoted in (quote(value), quote(value, safe=""), quote_plus(value)):
        forms |= {quoted, re.sub(r"%..", lambda found: found[0].lower(), quoted)}
    for _ in range(2):  # JSON inside JSON
        forms |= {
            json.dumps(each, ensure_ascii=only)[1:-1] for each in forms for only in (False, True)
        }
    forms |= {form.replace("/", "\\/") for form in forms} | {repr(value)[1:-1]}
    return forms


def _cut(text: str) -> str:
    for value in _short:
        text = text.replace(value, MARK)
    pieces = _pieces
    last = len(text) - PIECE
    kept: list[str] = []
    begin = at = 0
    while pieces and at <= last:
        if text[at : at + PIECE] not in pieces:
            at += 1
            continue
        kept += (text[begin:at], MARK)
        while at <= last and text[at : at + PIECE] in pieces:
            at += 1
        begin = at = at + PIECE - 1
    return "".join(kept) + text[begin:]

"""Files that are read whole and written whole: never half of one, never one lost."""

import contextlib
import json
import os
import tempfile
from datetime import datetime
from itertools import count
from pathlib import Path

from kisopt_gui.errors import KisOptError

_FLAT = 96
"""Characters up to which a list or object stays on one line."""


class FolderError(KisOptError):
    """The disk does not let us read or write; the program goes on without saving.

    Attributes:
        facts: ``path``, the file or folder; ``reason``, the system's own words.
    """

    english = (
        "{path} cannot be read or written ({reason}), so nothing is saved there; "
        "correct its permissions, or set KISOPT_HOME to another folder"
    )
    korean = (
        "{path}을(를) 읽거나 쓸 수 없어({reason}) 저장하지 않습니다. "
        "권한을 고치거나 KISOPT_HOME에 다른 폴더를 지정하세요"
    )


class DamagedFileError(KisOptError):
    """A file of ours made no sense; it was kept under another name.

    Attributes:
        facts: ``file``, its name; ``kept``, where it is now.
    """

    english = (
        "{file} is damaged: it was kept as {kept}, and the program starts with standard values; "
        "to use it again, repair it and put it back"
    )
    korean = (
        "{file} 파일이 손상되어 {kept}(으)로 옮겨 두고 기본값으로 시작합니다. "
        "다시 쓰려면 고친 뒤 원래 이름으로 되돌리세요"
    )


def made(folder: Path) -> Path:
    """Create a folder if need be, make sure that files can be written there, and return it.

    Raises:
        FolderError: It cannot be created or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise _refusal(folder, error) from error


def read(path: Path, limit: int) -> bytes | None:
    """Return what a file holds, without the mark that Windows editors put in front.

    Args:
        path: The file.
        limit: Bytes to return at most: one byte more than a sane file has is
            enough to see that it is not one.

    Returns:
        Its bytes, or None if there is no such file.

    Raises:
        FolderError: It is there and cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(limit).removeprefix(b"\xef\xbb\xbf")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _refusal(path, error) from error


def write(path: Path, content: bytes) -> None:
    """Replace a file by ``content``, or leave it as it is: nothing in between.

    Whoever reads meanwhile gets the old file or the new one. A link stays a
    link, for those who keep their settings elsewhere.

    Raises:
        FolderError: The folder or the disk does not take it.
    """
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(".tmp", f".{target.name}-", target.parent)
        try:
            with open(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
        _sync(target.parent)
    except OSError as error:
        raise _refusal(path, error) from error


def write_beside(path: Path, tag: str, content: bytes) -> Path:
    """Write ``content`` next to a file, under a name that nothing has yet, and return the name.

    Raises:
        FolderError: The folder does not take it.
    """
    try:
        kept = _reserved(path, tag)
    except OSError as error:
        raise _refusal(path, error) from error
    write(kept, content)
    return kept


def set_aside(path: Path, tag: str) -> Path | None:
    """Move a file out of the way: "a.json" to "a.json.<tag>-20261123-143107".

    Returns:
        Its new name; None if it has gone, another instance of the program being faster.

    Raises:
        FolderError: It cannot be moved; it stands where it stood.
    """
    try:
        kept = _reserved(path, tag)
        try:
            os.replace(path, kept)
        except FileNotFoundError:
            kept.unlink()
            return None
        except OSError:
            kept.unlink()
            raise
    except OSError as error:
        raise _refusal(path, error) from error
    return kept


def readable(value: object, depth: int = 0) -> str:
    """Write plain data as JSON for people: indented by two, short lists and objects on one line.

    Args:
        value: What `msgspec.json.decode` returns.
        depth: How deep the value stands; what stands at 0 is never on one line.

    Raises:
        RecursionError: It is nested beyond all reason.
    """
    flat = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, dict | list) or (depth and len(flat) <= _FLAT):
        return flat
    pad = "  " * (depth + 1)
    if isinstance(value, dict):
        rows = [
            f"{pad}{json.dumps(name, ensure_ascii=False)}: {readable(each, depth + 1)}"
            for name, each in value.items()
        ]
        first, last = "{", "}"
    else:
        rows = [pad + readable(each, depth + 1) for each in value]
        first, last = "[", "]"
    return f"{first}\n" + ",\n".join(rows) + f"\n{'  ' * depth}{last}"


def _reserved(path: Path, tag: str) -> Path:
    """Make an empty file with a name that nothing has yet: two instances never share one."""
    stem = f"{path.name}.{tag}-{datetime.now():%Y%m%d-%H%M%S}"
    for attempt in count(1):
        kept = path.with_name(stem if attempt == 1 else f"{stem}-{attempt}")
        with contextlib.suppress(FileExistsError):
            kept.touch(exist_ok=False)
            return kept
    raise AssertionError  # count() does not end


def _sync(folder: Path) -> None:
    """Make a rename last through a loss of power, where a folder can be opened for that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refusal(path: Path, error: OSError) -> FolderError:
    return FolderError(path=path, reason=error.strerror or type(error).__name__)

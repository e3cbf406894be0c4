"""Read an old .xls in a process of its own, which may not take much memory or time.

The format cannot be inspected beforehand like the archive of an .xlsx: one far cell in
a small file is spread out to millions. Here only the small process dies of it.
"""

from __future__ import annotations

import datetime
import io
import json
import subprocess
import sys
from typing import Any

MEMORY = 400 * 1024 * 1024
SECONDS = 5
MAX_AREA = 1_000_000


class TooLarge(Exception):
    """The process gave up, or the workbook is larger than any table of an office."""


def load(content: bytes) -> list[dict[str, Any]]:
    """Return the sheets of an .xls: name, grid and merged ranges of each.

    Raises `TooLarge`, or ValueError where the file cannot be read.
    """
    try:
        done = subprocess.run(  # noqa: S603  our own program, the file comes by its input
            [sys.executable, "-I", __file__],
            input=content,
            capture_output=True,
            timeout=SECONDS * 2,
        )
    except subprocess.TimeoutExpired:
        raise TooLarge from None
    if done.returncode == 2:
        raise ValueError(done.stdout.decode(errors="replace"))
    if done.returncode:
        raise TooLarge
    sheets = json.loads(done.stdout)
    for sheet in sheets:
        sheet["grid"] = [[_restore(cell) for cell in row] for row in sheet["grid"]]
    return sheets


def _restore(cell: Any) -> Any:
    if isinstance(cell, dict):
        return datetime.datetime.fromisoformat(cell["at"])
    return cell


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime.datetime | datetime.date):
        return {"at": cell.isoformat()}
    return cell if isinstance(cell, str | float | int | bool) else str(cell)


def main() -> int:
    """Read a workbook from the input and write its sheets as JSON; 2 if it is unreadable."""
    import resource

    from python_calamine import CalamineWorkbook

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sheets = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        for index, name in enumerate(book.sheet_names):
            sheet = book.get_sheet_by_index(index)
            if sheet.height * sheet.width > MAX_AREA:
                return 3
            grid = sheet.to_python(skip_empty_area=False)
            merges = sheet.merged_cell_ranges or ()
            cells = [[_plain(cell) for cell in row] for row in grid]
            sheets.append({"name": name, "grid": cells, "merges": merges})
    except MemoryError:
        return 3
    except Exception as error:
        sys.stdout.write(str(error))
        return 2
    json.dump(sheets, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())

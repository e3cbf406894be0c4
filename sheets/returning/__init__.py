"""Give the refused rows of a workbook back, each with the reason (错误原因).

The sender finds his own table again: title, header, widths, merged cells and every
column, known or not; below the header stand the refused rows alone. Corrected, the
workbook can be sent in as it is. What cannot be copied (an old .xls, a file openpyxl
does not read) is written anew from the same cells.
"""

from __future__ import annotations

from typing import IO

from sheets import keeping, opening, reading
from sheets.forms import get_form
from sheets.models import ImportBatch
from sheets.returning import anew, original
from sheets.returning.pages import Page, pages
from sheets.safety import Refused

__all__ = ["Page", "write_errors"]


def write_errors(batch: ImportBatch, stream: IO[bytes]) -> int:
    """Write the refused rows of a batch as a workbook; return how many there are.

    Raises `Refused` where the file is not kept any more.
    """
    if not batch.content:
        raise Refused("原来的文件已经按期删除，请重新导入一次，再下载错误原因表。")
    content = bytes(batch.content)
    workbook = opening.load(content)
    found = reading.read(
        workbook, get_form(batch.kind), batch.file_name, mapping=batch.report.get("mapping")
    )
    refused = pages(workbook, found, keeping.refusals(batch))
    if not original.write(content, workbook, refused, stream):
        anew.write(refused, stream)
    return sum(len(page.rows) for page in refused)

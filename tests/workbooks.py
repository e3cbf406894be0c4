"""Read a downloaded workbook back as the rows a person sees."""

from io import BytesIO

from openpyxl import load_workbook


def book_of(response):
    """Return the workbook of a download."""
    return load_workbook(BytesIO(response.content))


def sheet_rows(response) -> tuple[list[str], list[list]]:
    """Return the headings and the body rows of the first sheet of a list's workbook."""
    rows = [list(row) for row in book_of(response).worksheets[0].iter_rows(values_only=True)]
    head = next(n for n, row in enumerate(rows) if row[0] == "序号")
    body = []
    for row in rows[head + 1 :]:
        if not isinstance(row[0], int):
            break
        body.append(row)
    return rows[head], body

"""Read a downloaded workbook back as the rows a person sees."""

from io import BytesIO

from openpyxl import load_workbook


def sheet_rows(response) -> tuple[list[str], list[list]]:
    """Return the headings and the body rows of the first sheet of a list's workbook."""
    book = load_workbook(BytesIO(response.content))
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    head = next(n for n, row in enumerate(rows) if row[0] == "序号")
    body = []
    for row in rows[head + 1 :]:
        if not isinstance(row[0], int):
            break
        body.append(row)
    return rows[head], body

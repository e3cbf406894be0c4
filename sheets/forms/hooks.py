"""What other apps do when rows are stored, and what they keep from being stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sheets.forms.form import Context, Form, Stored
from sheets.forms.rows import Row

if TYPE_CHECKING:
    from accounts.models import User

# Set by an app that has more to do once rows are stored (assessments scores anew). Each
# is called inside the transaction of the import, with the user who brought the file in.
after_save: list[Callable[[Stored, User | None], None]] = []


# Set by an app that closes years. Told what each row of a workbook touches, it answers for each
# with reason and cure where the row may not be stored, else None.
closing: list[Callable[[Sequence[Stored], User], Sequence[tuple[str, str] | None]]] = []


def refuse_closed(form: Form, rows: list[Row], context: Context) -> None:
    """Refuse the rows that touch a closed year; the others of the workbook come in."""
    told = [
        (row, touched)
        for row in rows
        if not row.refused and row.differs and (touched := form.touched([row], context))
    ]
    for hook in closing if told else ():
        answers = hook([touched for _, touched in told], context.user)
        for (row, _), answer in zip(told, answers, strict=True):
            if answer:
                whose = next((key for key in ("branch", "school") if row.get(key)), "")
                row.refuse(whose, "YEAR_CLOSED", *answer)


def tell(stored: Stored, actor: User | None) -> None:
    """Tell the apps above what has been written; called inside the transaction."""
    for hook in after_save:
        hook(stored, actor)

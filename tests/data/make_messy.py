"""Make the messy workbooks beside this file: `python tests/data/make_messy.py`.

Each shows ways in which offices really fill in their tables. All persons are invented.
The old .xls is converted from its .xlsx by LibreOffice.
"""

import shutil
import subprocess
import tempfile

from messy_books.base import HERE
from messy_books.meetings import meetings_per_month, meetings_per_type, meetings_statistics
from messy_books.members import members_1904, members_every_date_and_number, members_side_by_side
from messy_books.organizations import organizations_merged, organizations_ticks
from messy_books.results import (
    rates_of_one_year_across,
    rates_over_years,
    rates_with_a_year_in_each_line,
    results_percents,
    results_ticks,
)
from messy_books.schools import (
    rows_without_places,
    schools_formulas,
    schools_hidden_sheet,
    schools_hostile_text,
    schools_two_rows,
    schools_with_furniture,
    wps_wrong_dimension,
)


def old_xls():
    """The same two-row list, and the roster in two halves, as an old .xls."""
    office = shutil.which("soffice")
    if office:
        with tempfile.TemporaryDirectory() as profile:
            subprocess.run(
                [
                    office,
                    f"-env:UserInstallation=file://{profile}",
                    "--headless",
                    "--convert-to",
                    "xls",
                    "--outdir",
                    str(HERE),
                    str(HERE / "schools_two_rows.xlsx"),
                    str(HERE / "members_side_by_side.xlsx"),
                ],
                check=True,
                capture_output=True,
                timeout=120,
            )


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for make in (
        schools_two_rows,
        organizations_merged,
        members_1904,
        meetings_per_type,
        meetings_statistics,
        results_percents,
        rates_over_years,
        rates_of_one_year_across,
        rates_with_a_year_in_each_line,
        wps_wrong_dimension,
        members_side_by_side,
        members_every_date_and_number,
        schools_formulas,
        schools_hostile_text,
        schools_with_furniture,
        schools_hidden_sheet,
        meetings_per_month,
        organizations_ticks,
        results_ticks,
        rows_without_places,
        old_xls,
    ):
        make()

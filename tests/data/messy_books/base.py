"""What the makers of messy workbooks share."""

import zipfile
from pathlib import Path

import xlsxwriter
from stdnum.cn import ric

HERE = Path(__file__).parent.parent / "messy"


def book(name, **options):
    """Return a new workbook among the messy ones."""
    return xlsxwriter.Workbook(HERE / name, options)


def rewrite(name, part, change):
    """Change one part of a workbook."""
    source = HERE / name
    changed = source.with_suffix(".tmp")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry, change(data) if entry.filename == part else data)
    changed.replace(source)


def valid(index, last=None):
    """Return a valid invented ID number."""
    base = f"990102198{index % 10}0{index % 9 + 1}{index % 28 + 1:02d}{index:03d}"
    return base + ric.calc_check_digit(base + "0")


def with_x():
    """Return a valid invented ID number that ends in X."""
    return next(n for n in (valid(i) for i in range(40, 200)) if n.endswith("X"))

"""The sections of the report, in order."""

from collections.abc import Callable

from reports.writing.blocks import Section
from reports.writing.material import Material
from reports.writing.sections.basis import basis
from reports.writing.sections.outlook import outlook
from reports.writing.sections.practice import practice
from reports.writing.sections.problems import problems
from reports.writing.sections.results import results

SECTIONS: dict[str, Callable[[Material], Section]] = {
    "basis": basis,
    "practice": practice,
    "results": results,
    "problems": problems,
    "outlook": outlook,
}

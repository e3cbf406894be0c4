"""System checks: the rules in code and those named by the default standard agree."""

from django.core.checks import Error, register

from assessments.rules import RULES, VETOES
from assessments.standards import DEFAULT, StandardError, read_standard
from assessments.standards.parameters import parameters


@register()
def rules_match_the_standard(app_configs, **kwargs):
    """Report a rule without an indicator, and every fault of the default file."""
    try:
        data = read_standard(DEFAULT)
    except StandardError as error:
        return [Error(str(error), id="assessments.E001")]
    errors = []
    for part, rules in (("indicators", RULES), ("vetoes", VETOES)):
        for code in sorted(rules.keys() - {row["code"] for row in data[part]}):
            message = f"{DEFAULT.name} has no entry for the rule of {code}"
            errors.append(Error(message, id="assessments.E002"))
    for one in parameters().values():
        if not one.codes and "codes" not in data["parameters"][one.name]:
            message = f"{DEFAULT.name} does not say what uses the parameter {one.name}"
            errors.append(Error(message, id="assessments.E003"))
    return errors

"""Consistency of the records (表间校核): what contradicts itself, a rule, or last year.

- `base`      what a check is: `Look`, `Subject`, `Ground`, `Check`
- `grounds`   the kinds of records and how each is named, found and reached
- `facts`     counts laid beside the rows they belong to
- `sizes`, `leaders`, `setting`, `school_checks`, `member_checks`, `life`, `units`
              the checks, one declaration each
- `registry`  all of them, worst first
- `findings`  the records a check finds, with their sentences and written reasons
- `summary`   the counts of all checks by managing body, in one query for each ground
- `services`  writing and withdrawing a reason

A new check is one `Check(...)` in the module of its ground. Nothing loops over records:
a check is a condition of the database, for one school as for the whole city.
"""

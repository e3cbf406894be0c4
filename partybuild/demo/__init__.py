"""The demo city 云岭市: an invented city whose records arrive at a known table.

Everything is records: schools, organizations, terms, posts, members, meetings and
reviewed scores. The rules of `assessments` judge them; no rate is stored anywhere.

- `scales`        how large the city is, and how many organizations reach the standard
- `places`        counties, towns and managing bodies, as data
- `names`         invented persons, ID numbers, phones
- `bodies`        the tree of managing bodies
- `schools`       schools, their place and the body they belong to
- `organizations` the organizations of each school
- `register`      their rows, affiliations and what they cover
- `outcomes`      which organizations are to pass, and how far from the line
- `defects`       what each one is short of, by the habits of its county
- `quality`       how well each keeps its other records, year by year
- `past`          former names and kinds, mergers, schools that joined
- `people`        terms, posts and members
- `moves`         transfers, floating and lost members, how members left
- `education`     plans, trainings and hours
- `roles`         secretaries' reviews, cultivation, model posts, volunteering, honours
- `life`          meetings of a year
- `supervision`   surveys, problems put right, findings
- `steering`      budgets, coverage, leading groups, plans, meetings and inspections of bodies
- `reviews`       reviewed scores for what no record can decide yet
- `office`        evidence, editions, a draft of the standard and what else is done by hand
- `history`       counts of earlier years
- `accounts`      who can sign in
- `ground`        what is there already, clearing it, the empty city
- `city`          all of it in order
"""


class DemoError(RuntimeError):
    """The city could not be made as planned; the message says in Chinese why and what to do."""

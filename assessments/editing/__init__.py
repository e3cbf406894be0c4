"""Standards made in the browser: copied, changed, tried on a past year, published.

- `models`    the draft, and what a trial found
- `forms`     one form per part of a draft, built from its content
- `services`  copy, publish
- `trial`     how a past year would have come out
- `layouts`   differences and trials as workbooks
"""

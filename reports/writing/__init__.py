"""Documents written from the data: the report, the notice of results, rectification notices.

A document is a list of blocks (`blocks`) whose sentences are made of text and bound
figures (`figures`). `material` answers what a figure asks; `sections` and `notices` write
the documents; `word` and the templates of `writing/` draw them; `drafts` keep what
officials write themselves.
"""

"""The yearly assessment as officials run it: from self-score to public notice.

states    the states of a filing and the moves between them, as data
sampling  who is drawn for the re-review and which items need evidence: pure
totals    what the scores of a stage come to: pure
rights    who may do what, the rule of two persons, the windows of the schedule
filing    self-score, submission, review, return
evidence  files: checked, kept, served
deciding  drawing, decision, public notice, objections, confirmation
after     look-back, re-test, revocation
locking   why a year's records are closed, and reopening them
"""

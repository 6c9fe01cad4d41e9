"""Broken or quiet: what can be told of the survey on this site, also while parts of it fail.

`facts` holds what is known, `gathering` asks for it, `findings` judges it, `wording` says it. Sizes are in tens, hours
are whole, and nothing is of one respondent.
"""

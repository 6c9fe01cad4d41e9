"""The statistics of the comparison: counts and codes in, numbers out. Nothing here knows a variable or a language."""

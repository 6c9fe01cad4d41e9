"""Planning a series before its data are seen: model respondents, what a plan would give, and which plan to propose."""

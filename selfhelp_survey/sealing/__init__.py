"""Sealing: what the web host writes and only a respondent's browser or a research workstation can read."""

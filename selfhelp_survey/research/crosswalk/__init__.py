"""Crosswalks: a sister survey's export becomes responses of a derived questionnaire, sealed into the ledger."""

"""The meaning of a questionnaire: pure values and pure functions, standard library only."""

"""What a command ends with."""

DONE, REFUSED, WRONG_USE = 0, 1, 2

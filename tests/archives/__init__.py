"""The files of a release in the hands of the programs that they are for."""

"""The pictures of the report, each drawn from the shown cells of one table and from nothing else."""

"""The survey as in production, on real servers that are stopped, killed and filled up."""

"""The points of the quality rubric that a browser can judge, each with its evidence in `rubric.json`."""

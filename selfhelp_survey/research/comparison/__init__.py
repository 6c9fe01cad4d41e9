"""The comparison of the samples: from what the research store holds to tables, pictures and models."""

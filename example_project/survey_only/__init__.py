"""A site that is nothing but the survey, on a host name or an onion address of its own."""

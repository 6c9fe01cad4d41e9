"""The host's own app: its content models, on the bases the survey shares, and its pages."""

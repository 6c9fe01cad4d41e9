"""The research workstation: it opens responses, keeps the ledger, and makes anonymised releases. No Django."""

"""Every text that respondents read, wherever it lives: what is missing or unsigned, out and back, and a preview."""

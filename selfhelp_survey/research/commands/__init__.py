"""The commands of `selfhelp-research`, a module each: `add` says what a command takes, `run` does it."""

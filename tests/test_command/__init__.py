"""The parts of `python3 tests`. `entrance` and `command_line` need nothing but Python; the rest runs in `.venv`."""

"""`python3 example_project` serves a working survey on this machine; `... release` makes what researchers get."""

import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python is told so in words
    sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ".")

# This folder stands first on the path; the checkout, where the packages lie, goes there instead.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from example_project.front_door.entrance import main  # noqa: E402 - after the path is right

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

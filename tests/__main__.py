"""`python3 tests`: make the environment, run every check and every test, print every failure."""

import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python is told so in words
    sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ".")

# The folder of this file stands first on the path, and its `django` folder would hide Django: the checkout goes there.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tests.test_command.entrance import main  # noqa: E402 - after the path is right

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python3 tests matrix`: the tests under every supported Python with every supported Django."""

"""Content a host shares with the survey: abstract models to inherit, and the translation options that go with them."""

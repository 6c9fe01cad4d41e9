"""What stands behind `python3 example_project`: the environment, the command line, the demo site and its release."""

"""The deployment guides, run as they are written: only paths, ports and host names are put in their places."""

"""Opens the survey as the website's role: python -m tests.deployment.opening, private keys in hex on stdin."""

from __future__ import annotations

import sys

import django

from tests.faults.opening import open_survey

if __name__ == "__main__":
    django.setup()
    open_survey(sys.stdin.read().split())

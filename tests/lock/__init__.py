"""`python3 tests lock`: renew what a web host installs, `requirements/web-host.txt`, and its bill of materials.

Finding versions is uv's work, and describing them cyclonedx-bom's; here the two are joined.
"""

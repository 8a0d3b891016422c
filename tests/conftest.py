"""Settings of every test."""

import os

from hypothesis import settings

# What lands is decided on the same examples every time; people explore new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

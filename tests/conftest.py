"""Settings of every test."""

import os
import signal

from hypothesis import settings

# What lands is decided on the same examples every time; people explore new ones.
settings.register_profile("ci", derandomize=True)
# Chosen by --hypothesis-profile=thorough, for an exploration of minutes.
settings.register_profile("thorough", max_examples=int(os.environ.get("TSAM_EXAMPLES", "2000")))
if os.environ.get("CI"):
    settings.load_profile("ci")
# Started in the background, a shell may let Ctrl-C be ignored; tests of it need it.
signal.signal(signal.SIGINT, signal.default_int_handler)

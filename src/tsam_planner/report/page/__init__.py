"""The page of a plan: one file that a browser opens, for who was not there when it was made."""

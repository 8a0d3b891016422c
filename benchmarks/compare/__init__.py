"""The engine against what else a user could pick."""

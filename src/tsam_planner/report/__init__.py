"""Files of a plan for people who open them elsewhere, such as in their calendar."""

"""Evaluations: agents that play held-out tasks, how they fail, and what that says with which certainty."""

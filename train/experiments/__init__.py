"""The experiment: its cells, those that learn by example, and what all of them came to."""

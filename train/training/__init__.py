"""Runs of GRPO: their settings, the loop, what happens between its steps, and the folder and page that they leave."""

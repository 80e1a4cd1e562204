"""Generated; edits are lost."""

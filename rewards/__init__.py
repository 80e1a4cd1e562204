"""The scenarios: each module completes generated reward skeletons by hand and offers `scenario()`."""

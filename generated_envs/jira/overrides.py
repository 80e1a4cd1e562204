"""What Jira issues does otherwise than its description says. Yours: `atlasgen build` leaves it alone.

A method that is marked with `atlasgen.runtime.package.override` answers in place of the generated one of the same name,
which it can call through `super()`.
"""

from ._generated.operations import JiraOperations


class Operations(JiraOperations):
    """The operations as people use them."""

from collections.abc import Callable

import pytest
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from tests.train.standin import Standin
from tests.train.test_grpo import tiny_of

Says = Callable[[int, int], str]
"""From the task's number and the turn, from 1, to what the model says; `...` at the end: it does not end the turn."""


@pytest.fixture(scope="module")
def tiny() -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    return tiny_of(Standin())

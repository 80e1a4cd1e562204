import json
from collections.abc import Callable, Collection, Sequence
from random import Random
from typing import Any

import pytest
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from atlasgen.jsonvalue import Json
from tests.train.scripted import call
from tests.train.standin import Standin
from tests.train.test_grpo import tiny_of
from train import generation, local, trl_internals
from train.evaluation import evaluate
from train.local import LocalPolicy
from train.playing import Assignment, Broken, Outcome, Played, Tokens

Says = Callable[[int, int], str]
"""From the task's number and the turn, from 1, to what the model says; `...` at the end: it does not end the turn."""


@pytest.fixture(scope="module")
def tiny() -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    return tiny_of(Standin())

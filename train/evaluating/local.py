"""A model that plays here, on the CPU or a GPU; it is told and read exactly as in training."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from atlasgen.errors import RolloutError
from atlasgen.runtime.identity import draw
from train.bridge import adapter, trl_internals
from train.bridge.view import View
from train.evaluating.generation import Sequences
from train.evaluating.playing import Assignment, Broken, Conversation, Outcome, Stage, Tokens

COMPLETION: Final = 4096
"""Tokens of a whole rollout after its prompt, the results of tools included, if nobody says otherwise."""

BATCH: Final = 32
"""Episodes that are played side by side."""


class LocalPolicy:
    """Plays with a model that is loaded in this process."""

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        name: str,
        view: View,
        max_completion_length: int = COMPLETION,
        batch: int = BATCH,
        seed: int = 0,
        template: Mapping[str, Any] | None = None,
    ) -> None:
        """Take a model and its tokenizer.

        Args:
            model: The model, where it is to run.
            tokenizer: Has a chat template that renders tools, and a response template that reads calls back.
            name: What the policy is called.
            view: What the model gets to see.
            max_completion_length: Tokens of a rollout after its prompt, the results of tools included.
            batch: How many episodes are played side by side.
            seed: With the task and the sample it decides what is sampled.
            template: What else the chat template is told, such as `enable_thinking`.

        Raises:
            RolloutError: the tokenizer has no response template that reads a plain call back.
        """
        trl_internals.read_calls_as_written(tokenizer)
        self._model = model
        self._tokenizer = tokenizer
        self._name = name
        self._limit = max_completion_length
        self._batch = batch
        self._seed = seed
        self._template = dict(template or {})
        self._view = view
        self._stage = Stage(view)
        self._tools: dict[str, list[dict[Any, Any]]] = {}
        stops = getattr(model.generation_config, "eos_token_id", None)
        more = stops if isinstance(stops, list) else [stops]
        self._ends = {tokenizer.eos_token_id, tokenizer.pad_token_id, *more} - {None}

    @property
    def name(self) -> str:
        """What it is called."""
        return self._name

    def play(self, assignments: Sequence[Assignment], *, temperature: float) -> Iterator[Outcome]:
        """Play episodes side by side, a batch of one scenario at a time."""
        for name in dict.fromkeys(item.scenario.name for item in assignments):
            own = [item for item in assignments if item.scenario.name == name]
            for start in range(0, len(own), self._batch):
                yield from self._play(own[start : start + self._batch], temperature)

    def _play(self, assignments: Sequence[Assignment], temperature: float) -> Iterator[Outcome]:
        training = self._model.training
        self._model.train(False)
        try:
            yield from self._lock_step(assignments, temperature)
        finally:
            self._model.train(training)

    def _lock_step(self, assignments: Sequence[Assignment], temperature: float) -> Iterator[Outcome]:
        talks: list[_Talk] = []
        for assignment in assignments:
            try:
                conversation = self._stage.begin(assignment)
            except RolloutError as error:
                yield Broken.of(assignment, error)
                continue
            lot = draw("sampling", self._seed, *assignment.key)
            talks.append(_Talk(conversation, self._prompt(conversation), random.Random(lot)))
        if not talks:
            return
        sequences = Sequences(self._model, [talk.prompt for talk in talks])
        while talks:
            said = sequences.speak(
                [self._room(talk, text) for talk, text in zip(talks, sequences.texts, strict=True)],
                temperature=temperature,
                chances=[talk.chance for talk in talks],
                ends=self._ends,
            )
            left: list[int] = []
            for row, (talk, tokens) in enumerate(zip(talks, said, strict=True)):
                talk.said += len(tokens)
                talk.stopped = bool(tokens) and tokens[-1] in self._ends
                try:
                    suffix = self._answer(talk, sequences.texts[row], tokens)
                    if suffix:
                        # TRL makes the calls, and takes the results back where there is no room for them.
                        if len(suffix) <= self._room(talk, sequences.texts[row]):
                            sequences.add(row, suffix)
                            left.append(row)
                            continue
                        talk.conversation.take_back()
                    yield talk.conversation.played(stopped=talk.stopped, tokens=talk.tokens(sequences.texts[row]))
                except RolloutError as error:
                    yield Broken.of(talk.conversation.assignment, error)
                self._stage.end(talk.conversation)
            sequences.select(left)
            talks = [talks[row] for row in left]

    def _room(self, talk: _Talk, text: Sequence[int]) -> int:
        """Return how many tokens a rollout may still have."""
        longest = self._model.config.get_text_config().max_position_embeddings
        return int(min(self._limit - (len(text) - len(talk.prompt)), longest - len(text)))

    def _answer(self, talk: _Talk, text: Sequence[int], tokens: Sequence[int]) -> list[int]:
        """Hear what was said and return the tokens of the results; none where the episode is over."""
        if not tokens:
            return []
        message = trl_internals.parsed(self._tokenizer, tokens, prefix=text[: len(text) - len(tokens)])
        results = talk.conversation.hear(message)
        return trl_internals.result_tokens(self._tokenizer, results, self._template) if results else []

    def _prompt(self, conversation: Conversation) -> list[int]:
        scenario = conversation.assignment.scenario
        if scenario.name not in self._tools:
            self._tools[scenario.name] = self._view.schemas(adapter.offered(scenario))
        rendered: Any = self._tokenizer.apply_chat_template(
            conversation.prompt,
            tools=[*self._tools[scenario.name]],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=False,
            **self._template,
        )
        return list(rendered)


class _Talk:
    """A conversation with its tokens."""

    def __init__(self, conversation: Conversation, prompt: list[int], chance: random.Random) -> None:
        self.conversation = conversation
        self.prompt = prompt
        self.chance = chance
        self.said = 0
        self.stopped = False

    def tokens(self, text: Sequence[int]) -> Tokens:
        """Return what it cost."""
        return Tokens(len(text) - self.said, self.said)

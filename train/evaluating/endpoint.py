"""A model behind any OpenAI-compatible endpoint: the Hugging Face router, vLLM, `transformers serve`, a vendor.

What the model gets wrong is the model's; what the network or the server gets wrong is tried again and, if it stays so,
ends the episode as `Broken`.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx2

from atlasgen.errors import AtlasgenError, RolloutError
from train.bridge import adapter
from train.bridge.view import View
from train.evaluating.playing import (
    INFRASTRUCTURE,
    Assignment,
    Broken,
    Conversation,
    Outcome,
    Stage,
    Tokens,
    plain_call,
)

ATTEMPTS: Final = 6
"""How often a request is sent before it counts as failed: waits of up to 0.5, 1, 2, 4 and 8 seconds in between."""

_OUTAGE: Final = 10  # episodes in a row that fail outside before the others are left alone
_FIRST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 60.0
_TIMEOUT: Final = httpx2.Timeout(600.0, connect=10.0)  # a long answer takes its time, a connection does not
_AGAIN: Final = frozenset({408, 409, 425, 429})  # and every 5xx
_SETUP: Final = {401: "the key is refused", 403: "the key may not do this", 404: "there is no such model or address"}


class _RefusedError(Exception):
    """A request that will not be answered, however often it is sent; `overlong` where it was too long."""

    def __init__(self, message: str, *, overlong: bool = False) -> None:
        super().__init__(message)
        self.overlong = overlong


@dataclass(frozen=True, slots=True)
class _Answer:
    """One turn of the model.

    Attributes:
        echo: The message as the server has to get it back.
        message: The message as rollouts are read.
        stopped: Whether the model ended it by itself.
        prompt: Tokens that it read.
        completion: Tokens that it said.
    """

    echo: dict[str, Any]
    message: dict[str, Any]
    stopped: bool
    prompt: int
    completion: int


class OpenAIPolicy:
    """Plays with a model that a server runs."""

    def __init__(
        self,
        model: str,
        *,
        base_url: str,
        view: View,
        max_completion_length: int,
        key: str = "",
        concurrency: int = 8,
        attempts: int = ATTEMPTS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take a model and where it is asked.

        Args:
            model: Its name on the server.
            base_url: The address up to and with `/v1`.
            view: What the model gets to see.
            max_completion_length: Tokens that the model may say in an episode.
            key: Sent as a bearer token; empty where the server wants none.
            concurrency: How many episodes are played at once.
            attempts: How often a request is sent before it counts as failed.
            sleep: Waits for a number of seconds.

        Raises:
            AtlasgenError: the address is none.
        """
        try:
            url = httpx2.URL(base_url.rstrip("/") + "/chat/completions")
        except httpx2.InvalidURL as error:
            raise AtlasgenError.single("--base-url", f"{base_url!r} is no address: {error}") from error
        if url.scheme not in ("http", "https") or not url.host:
            raise AtlasgenError.single("--base-url", f"{base_url!r} is no address", "such as http://127.0.0.1:8000/v1")
        self._model = model
        self._url = url
        self._headers = {"authorization": f"Bearer {key}"} if key else {}
        self._limit = max_completion_length
        self._concurrency = concurrency
        self._attempts = attempts
        self._sleep = sleep
        self._view = view
        self._stage = Stage(view)
        # Worlds and what scenarios remember are no matter for several threads; the waiting is.
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """What it is called."""
        return f"openai:{self._model}"

    def play(self, assignments: Sequence[Assignment], *, temperature: float) -> Iterator[Outcome]:
        """Play episodes, several at a time.

        Raises:
            AtlasgenError: the server refuses the key, or knows no such model.
        """
        failed = 0
        with (
            httpx2.Client(headers=self._headers, timeout=_TIMEOUT) as client,
            ThreadPoolExecutor(self._concurrency) as pool,
        ):
            waiting = {pool.submit(self._play, client, item, temperature): item for item in assignments}
            try:
                for future in as_completed(list(waiting)):
                    del waiting[future]
                    outcome = future.result()
                    yield outcome
                    outside = isinstance(outcome, Broken) and outcome.boundary == INFRASTRUCTURE
                    failed = failed + 1 if outside else 0
                    if failed == _OUTAGE:
                        break
            finally:
                # Whoever stops asking, or is stopped, waits for the requests under way alone.
                pool.shutdown(wait=False, cancel_futures=True)
        for assignment in waiting.values():
            yield Broken(assignment, INFRASTRUCTURE, f"not played: {_OUTAGE} episodes in a row had failed outside")

    def _play(self, client: httpx2.Client, assignment: Assignment, temperature: float) -> Outcome:
        try:
            with self._lock:
                conversation = self._stage.begin(assignment)
            outcome = self._converse(client, conversation, temperature)
            with self._lock:
                self._stage.end(conversation)
        except _RefusedError as error:
            return Broken(assignment, INFRASTRUCTURE, str(error))
        except RolloutError as error:
            return Broken.of(assignment, error)
        return outcome

    def _converse(self, client: httpx2.Client, conversation: Conversation, temperature: float) -> Outcome:
        tools = self._view.schemas(adapter.offered(conversation.assignment.scenario))
        messages: list[dict[str, Any]] = list(conversation.prompt)
        said = read = 0
        stopped = True
        while said < self._limit:
            body = {
                "model": self._model,
                "messages": messages,
                "tools": tools,
                "temperature": temperature,
                "max_tokens": self._limit - said,
                "stream": False,
            }
            try:
                answer = self._ask(client, body)
            except _RefusedError as error:
                if not error.overlong or not conversation.completion:
                    raise
                # What it had called for no longer fits into what it can read.
                conversation.take_back()
                stopped = False
                break
            read = max(0, answer.prompt - said)
            said += answer.completion
            stopped = answer.stopped
            with self._lock:
                results = conversation.hear(answer.message)
            if not results:
                break
            calls = answer.echo["tool_calls"]
            told = [
                {"role": "tool", "tool_call_id": call["id"], "content": result["content"]}
                for call, result in zip(calls, results, strict=True)
            ]
            messages += [answer.echo, *told]
        else:
            conversation.take_back()
            stopped = False
        with self._lock:
            return conversation.played(stopped=stopped, tokens=Tokens(read, said))

    def _ask(self, client: httpx2.Client, body: Mapping[str, Any]) -> _Answer:
        """Return the model's next turn.

        Raises:
            _RefusedError: the request failed for good.
            AtlasgenError: so would every other one.
        """
        problem, wait = "", 0.0
        for attempt in range(self._attempts):
            if attempt:
                self._sleep(wait)
            # Not all at once: whoever waited together would come back together.
            wait = random.uniform(0.5, 1.0) * _FIRST_WAIT * 2**attempt
            try:
                response = client.post(self._url, json=body)
            except httpx2.HTTPError as error:
                problem = f"{type(error).__name__}: {error}"
                continue
            status = response.status_code
            if status in _AGAIN or status >= 500:
                problem = f"{status}: {_short(response.text)}"
                wait = max(wait, _retry_after(response))
            elif status in _SETUP:
                where, what = f"{self._url}", f"{status}, {_SETUP[status]}: {_short(response.text)}"
                raise AtlasgenError.single(where, what, "check --agent, --base-url and OPENAI_API_KEY")
            elif status >= 400:
                raise _RefusedError(f"{status}: {_short(response.text)}", overlong=_is_overlong(response.text))
            else:
                try:
                    return _answer(response.json())
                except (ValueError, KeyError, TypeError, IndexError) as error:
                    problem = f"no chat completion ({type(error).__name__}: {error}): {_short(response.text)}"
        raise _RefusedError(f"{self._attempts} attempts; the last: {problem}")


def _answer(value: Any) -> _Answer:
    """Return what a chat completion says; raises whatever reading one of another shape raises."""
    choice = value["choices"][0]
    given = choice["message"]
    content = given.get("content") or ""
    if not isinstance(content, str):
        raise TypeError("the content is no text")
    usage = value.get("usage") or {}
    echo: dict[str, Any] = {"role": "assistant", "content": content}
    message: dict[str, Any] = {"role": "assistant", "content": content}
    calls = [
        (str(call.get("id") or f"call_{at}"), str(call["function"]["name"]), call["function"].get("arguments"))
        for at, call in enumerate(given.get("tool_calls") or [])
    ]
    read = [(name, _arguments(text)) for _, name, text in calls]
    if any(arguments is _UNREADABLE for _, arguments in read):
        # In training such a call is taken for text, and ends the rollout; here it is told alike.
        texts = [f'<tool_call>\n{{"name": "{name}", "arguments": {text}}}\n</tool_call>' for _, name, text in calls]
        message["content"] = "\n".join([content, *texts] if content else texts)
    elif calls:
        message["tool_calls"] = [plain_call(name, arguments) for name, arguments in read]
        echo["tool_calls"] = [
            {"id": id, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
            for (id, _, _), (name, arguments) in zip(calls, read, strict=True)
        ]
    return _Answer(
        echo,
        message,
        stopped=choice.get("finish_reason") != "length",
        prompt=int(usage.get("prompt_tokens") or 0),
        completion=int(usage.get("completion_tokens") or 0),
    )


_UNREADABLE: Final = object()


def _arguments(text: Any) -> Any:
    """Return the arguments of a call; `_UNREADABLE` where they are no JSON."""
    if not isinstance(text, str):
        return {} if text is None else text  # some servers send the object itself
    try:
        return json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        return _UNREADABLE


def _retry_after(response: httpx2.Response) -> float:
    """Return how many seconds a server asks to wait, within reason."""
    text = response.headers.get("retry-after", "")
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(text).timestamp() - time.time()
        except ValueError:
            return 0.0
    return min(max(seconds, 0.0), _LONGEST_WAIT)


def _is_overlong(text: str) -> bool:
    """Return whether a refusal says that the conversation is longer than the model can read."""
    low = text.lower()
    return "context_length_exceeded" in low or "context length" in low or "maximum model length" in low


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:197]}..."

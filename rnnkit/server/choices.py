"""What a request chooses -> the options of the verb, read as the command line reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from rnnkit.server.limits import Limits, Refused
from rnnkit.tasks.contract import Answer
from rnnkit.words import did_you_mean, listed

_COUNTED = {"length", "steps"}  # options that say how much is computed


class Choices:
    """The options of an Answer that a request may set.

    Args:
        answer: which has `served`.
        limits: what is borne.
    """

    def __init__(self, answer: Answer, limits: Limits) -> None:
        served = () if answer.served is None else answer.served.options
        self.options = {
            name: option
            for name in served
            for option in answer.options
            if f"--{name}" in option.opts
        }
        self._limits = limits
        params: list[click.Parameter] = list(answer.options)
        self._command = click.Command("request", params=params, add_help_option=False)

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Every option of the verb by its name, those that were not chosen at their defaults.

        Raises:
            Refused: there is no such choice, or not that value.
        """
        words = [word for name, value in given.items() for word in self._typed(name, value)]
        try:
            found = self._command.make_context("request", words).params
        except click.UsageError as error:
            raise Refused(400, error.format_message().replace("--", "")) from None
        self._check_length(found)
        return found

    def _typed(self, name: str, value: Any) -> list[str]:
        """A choice as it is typed."""
        known = name.replace("_", "-")
        if known not in self.options:
            has = listed(list(self.options), "and") if self.options else "no choices"
            hint = did_you_mean(known, self.options)
            raise Refused(400, f"there is no choice '{name}': there are {has}.{hint}")
        if isinstance(value, list | dict | None):
            raise Refused(400, f"{name}: expected one value")
        if not self.options[known].is_flag:
            return [f"--{known}={value}"]
        text = str(value).lower()
        if text not in ("true", "false", "1", "0", ""):
            raise Refused(400, f"{name} (={value}): expected true or false")
        return [] if text in ("false", "0") else [f"--{known}"]

    def _check_length(self, found: Mapping[str, Any]) -> None:
        asked = max((found[name] or 0 for name in _COUNTED & found.keys()), default=0)
        asked *= found.get("count") or 1
        if asked > self._limits.length:
            raise Refused(
                422, f"{asked:,} steps or tokens: at most {self._limits.length:,} a request "
                "(--max-length): ask for fewer"
            )  # fmt: skip

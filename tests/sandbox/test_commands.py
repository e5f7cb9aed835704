"""Registering application commands."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.checks.commands import is_name
from sandbox.server import Sandbox
from tests.sandbox.harness import Api, House


def command(**given: Any) -> dict[str, Any]:
    return {"name": "paper", "description": "Finds a paper"} | given


def option(**given: Any) -> dict[str, Any]:
    return {"type": 3, "name": "title", "description": "Its title"} | given


@pytest.fixture
def path(sandbox: Sandbox) -> str:
    return f"/applications/{sandbox.world.bot_id}/commands"


async def test_overwriting_replaces_the_scope_and_keeps_ids(
    sandbox: Sandbox, house: House, api: Api, path: str
) -> None:
    first = (await api("PUT", path, [command(), command(name="tag")])).data
    second = (await api("PUT", path, [command(description="Better")])).data
    assert [c["name"] for c in second] == ["paper"]
    assert second[0]["id"] == first[0]["id"]
    assert second[0]["version"] != first[0]["version"]
    guild = f"/applications/{sandbox.world.bot_id}/guilds/{house.guild.id}/commands"
    await api("PUT", guild, [command(name="here")])
    assert [c["name"] for c in (await api("GET", path)).data] == ["paper"]
    assert [c["guild_id"] for c in (await api("GET", guild)).data] == [str(house.guild.id)]
    assert (await api("PUT", path, [])).data == []


async def test_one_command_can_be_made_read_changed_and_deleted(api: Api, path: str) -> None:
    made = await api("POST", path, command())
    one = f"{path}/{made.data['id']}"
    assert (made.status, (await api("POST", path, command())).status) == (201, 200)
    assert (await api("PATCH", one, {"description": "New"})).data["description"] == "New"
    assert (await api("DELETE", one)).status == 204
    assert (await api("GET", one)).code == 10063


async def test_another_applications_commands_are_out_of_reach(api: Api, house: House) -> None:
    assert (await api("GET", "/applications/1/commands")).code == 20012
    unknown = f"/applications/{api.world.bot_id}/guilds/1/commands"
    assert (await api("PUT", unknown, [])).code == 50001


CHOICES = [{"name": str(n), "value": str(n)} for n in range(26)]


@pytest.mark.parametrize(
    "body",
    [
        command(name="Paper"),
        command(name="two words"),
        command(name="x" * 33),
        command(name=""),
        command(description=""),
        command(description="x" * 101),
        command(name_localizations={"ko": "논문 찾기"}),
        command(name_localizations={"kr": "논문"}),
        command(description_localizations={"ko": "가" * 101}),
        command(options=[option()] * 2),
        command(options=[option(name=f"o{n}") for n in range(26)]),
        command(options=[option(), option(name="second", required=True)]),
        command(options=[option(type=12)]),
        command(options=[option(choices=CHOICES)]),
        command(options=[option(choices=CHOICES[:2], autocomplete=True)]),
        command(options=[option(type=5, autocomplete=True)]),
        command(options=[option(choices=[{"name": "x" * 101, "value": "x"}])]),
        command(options=[option(choices=[{"name": "x", "value": "x" * 101}])]),
        command(options=[option(type=1, name="sub"), option()]),
        command(contexts=[3]),
        command(type=2, name="Look up"),
    ],
)
async def test_what_breaks_a_rule_is_refused(api: Api, path: str, body: Any) -> None:
    answer = await api("PUT", path, [body])
    assert (answer.status, answer.code) == (400, 50035)
    assert "0" in answer.data["errors"]


async def test_a_command_holds_8000_characters_with_its_longest_localizations(
    api: Api, path: str
) -> None:
    def wide(number: int, korean: int) -> dict[str, Any]:
        return option(
            name=f"o{number:02}",
            description="d",
            description_localizations={"ko": "가" * korean},
            choices=[{"name": f"{n}".ljust(96, "x"), "value": str(n)} for n in range(10)],
        )

    options = [wide(n, 100) for n in range(8)]
    total = len("paper" + "d") + 8 * (3 + 100 + 970)
    assert total > 8000
    assert (await api("PUT", path, [command(description="d", options=options)])).code == 50035
    options[-1] = wide(7, 100) | {"choices": []}
    assert (await api("PUT", path, [command(description="d", options=options)])).status == 200


async def test_names_must_be_unique_and_there_are_at_most_100(api: Api, path: str) -> None:
    assert (await api("PUT", path, [command(), command()])).code == 50035
    many = [command(name=f"c{n}") for n in range(101)]
    assert (await api("PUT", path, many)).code == 30032
    assert (await api("PUT", path, many[:100])).status == 200


@pytest.mark.parametrize(
    ("name", "fits"),
    [("paper", True), ("논문", True), ("a-b_c'd1", True), ("A", False), ("a b", False)],
)
def test_names_are_words_of_any_script_in_lower_case(name: str, fits: bool) -> None:
    assert is_name(name) is fits


async def test_context_menus_have_names_with_spaces_and_no_description(api: Api, path: str) -> None:
    body = {"type": 3, "name": "Find papers"}
    [made] = (await api("PUT", path, [body])).data
    assert (made["name"], made["description"]) == ("Find papers", "")

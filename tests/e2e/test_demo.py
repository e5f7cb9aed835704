"""`make demo` as its user has it: the real processes, through pipes and through a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

ROOT = Path(__file__).resolve().parents[2]
TITLES = (
    "s1: Simple test-time scaling",
    "Scalable-Softmax Is Superior for Attention",
    "SETS: Leveraging Self-Verification and Self-Correction for Improved Test-Time Scaling",
    "Decoding-based Regression",
    "Constitutional Classifiers: Defending against Universal Jailbreaks across Thousands of Hours"
    " of Red Teaming",
    "Rope to Nope and Back Again: A New Hybrid Attention Strategy",
    "The Energy Loss Phenomenon in RLHF: A New Perspective on Mitigating Reward Hacking",
)
# Makes the terminal on stdin the process's own, so that Ctrl-C reaches it.
IN_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "os.execv(sys.executable, [sys.executable, '-m', 'sandbox', *sys.argv[1:]])"
)
PATIENCE = 20.0


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A working folder with a `.env`, and a folder for temporary files."""
    (tmp_path / "tmp").mkdir()
    (tmp_path / ".env").write_text("DIGEST_LANGUAGE=elvish\nSEEDS_DIR=/nowhere\n")
    return tmp_path


def surroundings(place: Path) -> dict[str, str]:
    """Settings in the environment that would break the bot if it saw them."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(place),
        "TMPDIR": str(place / "tmp"),
        "PYTHONPATH": str(ROOT),
        "DISCORD_TOKEN": "wrong",
        "DISCORD_API_URL": "nonsense",
        "DIGEST_TIMEZONE": "Mars/Olympus",
    }


def run_demo(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=place,
        env=surroundings(place),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def unwrapped(text: str) -> str:
    """Return what was written, without frames and line breaks."""
    return " ".join(text.replace("┃", " ").split())


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(pid: int) -> None:
    end = time.monotonic() + PATIENCE
    while is_alive(pid):
        assert time.monotonic() < end, "the bot outlived the demo"
        time.sleep(0.02)


class Terminal:
    """The demo in a terminal of its own, with somebody who types."""

    def __init__(self, place: Path, *arguments: str) -> None:
        self.said = ""
        self._unread = b""
        self._screen, inside = pty.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self.mode = termios.tcgetattr(inside)
        self.process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-c", IN_TERMINAL, *arguments],
            cwd=place,
            env=surroundings(place) | {"TERM": "xterm-256color"},
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
        )
        self._inside = inside  # held open: its mode is looked at after the end

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._inside)
        os.close(self._screen)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._screen, keys.encode())

    def until(self, text: str) -> str:
        """Return what is shown from here on up to `text`."""
        end = time.monotonic() + PATIENCE
        shown = ""
        while text not in shown:
            ready, _, _ = select.select([self._screen], [], [], max(0, end - time.monotonic()))
            assert ready, f"{text!r} is missing in: {shown[-2000:]}"
            self._unread += os.read(self._screen, 65536)
            shown = self._unread.decode("utf-8", "ignore")
        before, _, after = shown.partition(text)
        self._unread = after.encode()
        self.said += before + text
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", before + text).replace("\r\n", "\n")

    def do(self, command: str, prompt: str = "mina> ") -> str:
        """Type a command and return what is shown up to the next prompt."""
        self.type(f"{command}\n")
        return self.until(prompt)

    def mode_now(self) -> list[object]:
        """Return the terminal's mode."""
        return list(termios.tcgetattr(self._inside))


@pytest.fixture
def terminal(place: Path) -> Iterator[Terminal]:
    with Terminal(place) as running:
        running.until("mina> ")
        yield running


def test_once_posts_and_looks_up_in_both_languages(place: Path) -> None:
    result = run_demo(place, "--once")
    assert (result.returncode, result.stderr) == (0, "")
    said = unwrapped(result.stdout)
    posted, _, looked_up = said.partition("mina> en")
    assert [title for title in TITLES if title not in posted] == []
    assert posted.count("2025-02-03") == len(TITLES)
    english, _, korean = looked_up.partition("mina> ko")
    for shown in ("#rl · 4 papers", "Emmanuel Candès", "3 February 2025", "Page 2 of 2"):
        assert shown in english
    assert "I know no tag called “reasonning”. Did you mean: • reasoning" in english
    assert "Scalable-Softmax" in english.partition("atten⇥")[2].partition("mina>")[0]
    for shown in ("#rl · 논문 4편", "검색 결과", "2025년 7월 10일", "나에게만"):
        assert shown in korean
    assert "\x1b" not in result.stdout
    assert "did not answer" not in said
    assert list((place / "tmp").iterdir()) == []


def test_what_cannot_work_is_one_sentence(place: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = str(taken.getsockname()[1])
        busy = run_demo(place, "--once", "--port", number)
    assert busy.returncode == 1
    assert busy.stderr.count("\n") == 1
    assert number in busy.stderr
    seedless = run_demo(place, "--once", "--seeds", "nowhere")
    assert (seedless.returncode, seedless.stdout) == (1, "")
    assert seedless.stderr == "There is no folder nowhere; the demo reads its digests there.\n"
    assert list((place / "tmp").iterdir()) == []


def test_the_prompt_takes_commands_buttons_and_the_demos_own_words(terminal: Terminal) -> None:
    assert "Show a paper and its comment" in terminal.do("help")
    assert "#rl · 4 papers" in terminal.do("/tag name:rl")
    assert "Page 1 of 2" in terminal.do("/search reasoning models")
    assert "Page 2 of 2" in terminal.do("1")
    assert "There is no button 7" in terminal.do("7")
    terminal.type("/pap\t")  # a sole completion is filled in
    assert "Only you can see this" in terminal.do(" s1\n1").partition("mina> ")[
        2
    ] or terminal.until("Only you can see this")


def test_killing_going_on_and_ctrl_c(terminal: Terminal, place: Path) -> None:
    assert "이제 디스코드가 한국어로" in terminal.do("ko")
    assert "검색 결과" in terminal.do("/검색 추론")
    unknown = terminal.do("/없는것")
    assert "/없는것 명령은 없어요" in unknown
    assert "/논문 <제목>" in unknown
    terminal.do("en")
    killed = terminal.do("kill")
    first, second = map(int, re.findall(r"process (\d+)", killed))
    assert not is_alive(first)
    assert is_alive(second)
    tomorrow = terminal.do("tomorrow")
    assert "Tuesday, 18 February 2025" in tomorrow
    assert "s1: Simple test-time scaling" not in tomorrow  # nothing is posted twice
    assert "mina · #papers" in terminal.do("hello there")
    assert "👍 mina: “hello there”" in terminal.do("react 👍")
    assert "Unknown Emoji" in terminal.do("react x")
    terminal.type("half a li\x03")
    terminal.until("Bye!")
    assert terminal.process.wait(PATIENCE) == 0
    assert not is_alive(second)
    assert "Traceback" not in terminal.said
    assert terminal.mode_now() == terminal.mode
    assert list((place / "tmp").iterdir()) == []


def test_a_demo_that_is_killed_goes_on_from_what_was_kept(place: Path) -> None:
    with Terminal(place, "--keep", "kept") as running:
        running.until("mina> ")
        bot = int(re.findall(r"process (\d+)", running.do("kill"))[1])
    wait_until_gone(bot)
    result = run_demo(place, "--once", "--keep", "kept")
    assert (result.returncode, result.stderr) == (0, "")
    before_look_ups = unwrapped(result.stdout).partition("mina> en")[0]
    assert "Kept from before: 8 posts in #papers." in before_look_ups
    assert "BOT ·" not in before_look_ups
    assert "In this server Post · Thread" in unwrapped(result.stdout)

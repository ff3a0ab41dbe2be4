"""The examples of the README do what it shows."""

import re
from pathlib import Path
from typing import Any

import mypy.api
import pytest

README = (Path(__file__).parents[2] / "README.md").read_text()
EXAMPLES = re.findall(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", README, re.M | re.S)


def test_the_examples_are_found() -> None:
    assert len(EXAMPLES) >= 8


@pytest.mark.parametrize(("source", "shown"), EXAMPLES)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_example(source: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {"__name__": "example"}
    exec(source, names)
    if "renown" in names:
        names["renown"].close()
    pattern = ".*".join(re.escape(part) for part in shown.split("…"))
    printed = capsys.readouterr().out
    assert re.fullmatch(pattern, printed, re.S), printed


def test_the_examples_have_the_right_types(tmp_path: Path) -> None:
    for number, (source, _) in enumerate(EXAMPLES):
        (tmp_path / f"example_{number}.py").write_text(source)
    printed, _, status = mypy.api.run(["--strict", *map(str, tmp_path.iterdir())])
    assert status == 0, printed

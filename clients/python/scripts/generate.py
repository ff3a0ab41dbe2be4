"""Writes the generated part of the package, from the snapshot of the contract in the repository.

The types of the bodies are written by datamodel-code-generator, as typed dictionaries: an
answer is what the service has sent, so that a newer service, which may say more, breaks nothing.
`operations.py` beside this file writes a method for each operation.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from operations import Contract, Schema, write_operations

PACKAGE = Path(__file__).parent.parent
REPOSITORY = PACKAGE.parent.parent
SNAPSHOT = REPOSITORY / "tests/api/snapshots/api__openapi__openapi.snap"
GENERATED = PACKAGE / "src/renown_client/generated"
HEADER = "# Generated from the contract of the service by {}: run clients/generate. Do not edit.\n"


def main() -> None:
    contract = read_contract()
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    if project["version"] != contract["info"]["version"]:
        sys.exit(f"pyproject.toml has version {project['version']}, and the contract {contract['info']['version']}")
    models = GENERATED / "models.py"
    write_models(contract, models)
    text = write_operations(Contract(contract, models.read_text()))
    operations = GENERATED / "operations.py"
    operations.write_text(HEADER.format("scripts/operations.py") + text)
    subprocess.run([sys.executable, "-m", "black", "--quiet", operations], check=True)


def read_contract() -> Schema:
    """Reads the snapshot, which begins with a header between two lines of dashes.

    Refusals are left out: they are raised, always as a problem.
    """
    contract: Schema = json.loads(SNAPSHOT.read_text().split("\n---\n", 1)[1])
    for methods in contract["paths"].values():
        for operation in methods.values():
            operation["responses"] = {
                status: response for status, response in operation["responses"].items() if status.startswith("2")
            }
    return contract


def write_models(contract: Schema, models: Path) -> None:
    with tempfile.TemporaryDirectory() as directory:
        source = Path(directory) / "contract.json"
        source.write_text(json.dumps(contract))
        command: list[str | Path] = [
            *(sys.executable, "-m", "datamodel_code_generator"),
            *("--input", source, "--input-file-type", "openapi", "--output", models),
            *("--output-model-type", "typing.TypedDict", "--target-python-version", "3.11"),
            *("--use-standard-collections", "--use-union-operator", "--no-use-closed-typed-dict"),
            # A newer service may name what this package does not know.
            *("--enum-field-as-literal", "all"),
            *("--use-schema-description", "--use-field-description"),
            *("--formatters", "builtin", "--disable-timestamp"),
            *("--custom-file-header", HEADER.format("datamodel-code-generator").strip()),
        ]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()

"""What is shipped beside the code: foreign files unchanged and licensed, requirements pinned with hashes."""

import hashlib
import re
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGE, ROOT

VENDORED = [PACKAGE / "web" / "static" / "vendor", PACKAGE / "printouts" / "fonts"]


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.name)
def test_foreign_files_are_those_of_the_manifest(folder: Path) -> None:
    listed = {}
    for line in (folder / "MANIFEST.sha256").read_text().splitlines():
        digest, name = line.split(maxsplit=1)
        listed[name] = digest
    present = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        # whitenoise.compress lays packed twins beside the files
        if path.is_file() and path.name != "MANIFEST.sha256" and path.suffix not in {".br", ".gz"}
    }
    assert present == listed


@pytest.mark.parametrize(
    "package", sorted(path for path in VENDORED[0].iterdir() if path.is_dir()), ids=lambda p: p.name
)
def test_a_vendored_package_brings_its_licence(package: Path) -> None:
    assert (package / "LICENSE").read_text().strip()


def _pins(name: str) -> dict[str, str]:
    return {
        f"{match[1]} {match[3] or ''}".strip(): match[2]
        for match in re.finditer(
            r"^([a-z0-9.-]+)==(\S+)( ;[^\\\n]+)?", (ROOT / name).read_text(), re.MULTILINE
        )
    }


def test_tools_never_ask_for_another_version_than_the_product() -> None:
    product, tools = _pins("requirements.txt"), _pins("requirements-dev.txt")
    versions = {(name.split()[0], version) for name, version in product.items()}
    assert versions <= {(name.split()[0], version) for name, version in tools.items()}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_hashed_and_names_no_registry(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert not [line for line in text.splitlines() if line.startswith("--")]
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert not [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block]

"""What is killed has its databases where an operator has them."""

from collections.abc import Iterator

import pytest

from tests.databases import Shelves, shelves_on_disk


@pytest.fixture(scope="session")
def shelves() -> Iterator[Shelves]:
    """On a disk, and on a server of this process alone."""
    with shelves_on_disk() as shelves:
        yield shelves

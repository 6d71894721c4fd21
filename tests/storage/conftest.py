"""What storage promises, it promises on both databases."""

import pytest

from tests.databases import BOTH


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)

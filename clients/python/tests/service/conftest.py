from collections.abc import Iterator

import pytest
from stage import proxy


@pytest.fixture(autouse=True)
def mended() -> Iterator[None]:
    proxy.mend()
    yield
    proxy.mend()

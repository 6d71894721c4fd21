"""A clinic with a FHIR server: each story about it is told over ours and over a real one."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.bot.systems.servers import Clinic, clinic_at, fake_clinic, real_server


@pytest.fixture(scope="session")
def medplum() -> Iterator[str]:
    """The address of a server that nobody here wrote."""
    with real_server() as url:
        yield url


@pytest.fixture(params=["ours", pytest.param("medplum", marks=pytest.mark.fhir)])
async def clinic(request: pytest.FixtureRequest) -> AsyncIterator[Clinic]:
    """A doctor with six free times, on either server."""
    if request.param == "ours":
        async with fake_clinic() as clinic:
            yield clinic
        return
    async with clinic_at(request.getfixturevalue("medplum")) as clinic:
        await clinic.open()
        yield clinic

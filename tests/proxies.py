"""A small proxy of either kind, which knows a user and leads every name to one server."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

USER, PASSWORD = "clinic", "secret-of-the-proxy"

Kind = Literal["http", "socks5"]


class Refused(Exception):
    """The proxy does not let this one through."""


@dataclass
class Proxy:
    """Counts who came and where they wanted to."""

    kind: Kind
    leads_to: int
    """The local port where everybody ends up, whatever name they asked for."""
    breaks_off: bool = False
    """Whether it hangs up on whoever comes."""
    port: int = 0
    wanted: list[str] = field(default_factory=list)
    refused: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def address(self, password: str = PASSWORD) -> str:
        return f"{self.kind}://{USER}:{password}@127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.breaks_off:
                raise Refused
            await (self._connect if self.kind == "http" else self._socks)(reader, writer)
        except Refused:
            self.refused += 1
        else:
            await self._relay(reader, writer)
        finally:
            self.changed.set()
            writer.close()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        known = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if f"Proxy-Authorization: Basic {known}\r\n" not in head:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            raise Refused
        method, name, _ = head.split(" ", 2)
        assert method == "CONNECT"
        self.wanted.append(name)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

    async def _socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _version, methods = await reader.readexactly(2)
        assert 2 in await reader.readexactly(methods)  # by user name and password
        writer.write(b"\x05\x02")
        await reader.readexactly(1)
        told = [await reader.readexactly((await reader.readexactly(1))[0]) for _ in range(2)]
        if told != [USER.encode(), PASSWORD.encode()]:
            writer.write(b"\x01\x01")
            raise Refused
        writer.write(b"\x01\x00")
        _version, command, _, kind = await reader.readexactly(4)
        assert (command, kind) == (1, 3)  # connect, to a name: the proxy is to look it up
        name = await reader.readexactly((await reader.readexactly(1))[0])
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.wanted.append(f"{name.decode()}:{port}")
        writer.write(b"\x05\x00\x00\x01" + bytes(6))

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.changed.set()
        onward, back = await asyncio.open_connection("127.0.0.1", self.leads_to)
        await asyncio.gather(_pour(reader, back), _pour(onward, writer))


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while some := await reader.read(65536):
            writer.write(some)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def proxy(kind: Kind, leads_to: int, *, breaks_off: bool = False) -> AsyncIterator[Proxy]:
    """A proxy on a port of its own."""
    serving = Proxy(kind, leads_to, breaks_off)
    async with await asyncio.start_server(serving.serve, "127.0.0.1", 0) as server:
        serving.port = server.sockets[0].getsockname()[1]
        yield serving

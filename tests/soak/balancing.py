"""What stands before the web processes: every new connection goes to the version in service."""

import asyncio
import contextlib
import threading
from dataclasses import dataclass, field


@dataclass
class Balancer:
    """Listens on one port and hands connections on; `to` may change at any moment.

    A connection that began stays where it is. One that its process refuses is broken off, as a
    failed request: nothing is tried again on the caller's behalf.
    """

    port: int
    to: int
    refused: int = 0
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def start(self) -> None:
        """In a thread of its own, until the program ends."""
        ready = threading.Event()

        async def serve() -> None:
            server = await asyncio.start_server(self._meet, "127.0.0.1", self.port)
            ready.set()
            async with server:
                await server.serve_forever()

        def run() -> None:
            asyncio.set_event_loop(self.loop)
            with contextlib.suppress(RuntimeError, asyncio.CancelledError):
                self.loop.run_until_complete(serve())

        threading.Thread(target=run, daemon=True).start()
        assert ready.wait(10)

    def stop(self) -> None:
        """Nobody is met any more."""
        self.loop.call_soon_threadsafe(self.loop.stop)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            theirs, ours = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            self.refused += 1
            writer.transport.abort()
            return
        await asyncio.gather(_carry(reader, ours), _carry(theirs, writer))


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    with contextlib.suppress(ConnectionError, OSError):
        writer.close()

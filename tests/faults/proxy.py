"""A cable between us and a server that can be stalled, healed and cut: bytes in, bytes out, in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import threading


class Cable:
    """Listens on `port` and hands everything on to a Unix socket or a port of this machine, until told otherwise."""

    def __init__(self, target: str | int) -> None:
        self.target = target
        self._loop = asyncio.new_event_loop()
        self._flows = asyncio.Event()
        self._flows.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        listening = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._join, "127.0.0.1", 0), self._loop)
        self._server = listening.result(10)
        self.port = int(self._server.sockets[0].getsockname()[1])

    @property
    def flowing(self) -> bool:
        """Whether bytes go through."""
        return self._flows.is_set()

    def stall(self) -> None:
        """Let nothing through any more; both ends still believe that they are connected."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def heal(self) -> None:
        """Let everything through that has waited."""
        self._loop.call_soon_threadsafe(self._flows.set)

    def cut(self) -> None:
        """Break every connection off."""
        self._loop.call_soon_threadsafe(self._abort)

    def close(self) -> None:
        """Let go of everything."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        self._abort()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _abort(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if isinstance(self.target, str):
            there, back = await asyncio.open_unix_connection(self.target)
        else:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        self._writers |= {writer, back}
        with contextlib.suppress(ConnectionError):
            await asyncio.gather(self._pass_on(reader, back), self._pass_on(there, writer))

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while found := await reader.read(65536):
            await self._flows.wait()
            writer.write(found)
            await writer.drain()
        writer.close()

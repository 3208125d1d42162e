"""`./dev faults --minutes N`: worlds broken at random, one after the other on both databases, then a table of what came of it.

Leaves with 1 where anything was lost, doubled, early or unexplained; `--seed` repeats the choices of an earlier campaign
(what the machine makes of them differs: processes race).
"""

from __future__ import annotations

import argparse
import multiprocessing
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing.pool import MapResult, Pool
from pathlib import Path

from tests.faults.campaign.chaos import Plan, play
from tests.faults.campaign.grounds import PostgresGround, SqliteGround, clear
from tests.faults.campaign.referee import Verdict
from tests.faults.sums import all_disagreements

SUMS, SUMS_AT_ONCE = 1_000_000, 10_000
BAR = 24


def main() -> int:
    """Run a campaign and return the exit code."""
    asked = _arguments()
    seed = asked.seed if asked.seed is not None else secrets.randbelow(1_000_000)
    print(f"faults: seed {seed}, {asked.minutes:g} minutes, worlds of {asked.cases} cases", file=sys.stderr)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        sums = pool.map_async(all_disagreements, [(seed + no, SUMS_AT_ONCE) for no in range(asked.sums // SUMS_AT_ONCE)])
        worlds = list(_worlds(seed, asked.minutes * 60, asked.cases, asked.only))
        wrong = _wait(sums, pool)
    total: Counter[str] = Counter()
    faults = [f"world {no} ({kind}, seed {plan.seed}): {fault}" for no, kind, plan, v in worlds for fault in v.faults] + wrong
    for _, kind, _, verdict in worlds:
        total[f"worlds on {kind}"] += 1
        total.update(verdict.counts)
    total["dates redone by the calculator"] = asked.sums
    _print(total, faults, seed)
    return 1 if faults else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev faults", description="Break Handslag at random and judge what came of it.")
    parser.add_argument("--minutes", type=float, default=10, help="how long worlds are played (default 10)")
    parser.add_argument("--seed", type=int, help="repeat the choices of an earlier campaign")
    parser.add_argument("--cases", type=int, default=500, help="cases of each world; each makes two promises or more")
    parser.add_argument("--only", choices=("sqlite", "postgresql"), help="on this database only")
    parser.add_argument("--sums", type=int, default=SUMS, help="dates that the calculator redoes (default a million)")
    return parser.parse_args()


def _worlds(seed: int, seconds: float, cases: int, only: str | None) -> Iterator[tuple[int, str, Plan, Verdict]]:
    grounds = [SqliteGround() if kind == "sqlite" else PostgresGround(own=True) for kind in _kinds(only)]
    start, no = time.monotonic(), 0
    try:
        while no == 0 or time.monotonic() - start < seconds:
            ground = grounds[no % len(grounds)]
            no += 1
            plan = Plan(seed=seed + no, seconds=min(30.0, max(8.0, seconds / 10)), cases=cases)
            folder = Path(tempfile.mkdtemp(prefix="handslag-faults-")) / "world"

            def tell(said: str, no: int = no, kind: str = ground.kind) -> None:
                _bar((time.monotonic() - start) / seconds, f"world {no} on {kind}: {said}")

            verdict = play(ground, folder, plan, tell)
            yield no, ground.kind, plan, verdict
            for fault in verdict.faults[:20]:
                print(f"\nworld {no}: {fault}  (look in {folder})", file=sys.stderr)
            if not verdict.faults:
                clear(folder.parent)
    finally:
        for ground in grounds:
            ground.close()


def _kinds(only: str | None) -> tuple[str, ...]:
    return (only,) if only else ("sqlite", "postgresql")


def _wait(sums: MapResult[list[str]], pool: Pool) -> list[str]:
    while not sums.ready():
        _bar(1.0, "the calculator still counts")
        sums.wait(1)
    pool.close()
    print(file=sys.stderr)
    return [wrong for part in sums.get() for wrong in part]


def _bar(share: float, said: str) -> None:
    done = round(BAR * min(share, 1.0))
    line = f"[{'#' * done}{'.' * (BAR - done)}] {min(share, 1.0):4.0%} {said}"
    print(f"\r{line[:118]:118}", end="", file=sys.stderr, flush=True)


def _print(total: Counter[str], faults: list[str], seed: int) -> None:
    width = max(map(len, total))
    for what in sorted(total):
        print(f"{what:{width}}  {total[what]:>10,}")
    print(f"\nseed {seed}: {len(faults)} fault(s)")
    for fault in faults:
        print(f"  {fault}")


if __name__ == "__main__":
    sys.exit(main())

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Contestant,
  contest,
  type Held,
  type Timing,
} from "../../../bench/harness/contest.ts";
import type { Settings } from "../../../bench/harness/report.ts";

const settings = (rounds: number, seed = 1): Settings => ({
  ...{ rounds, seed, quick: false, full: false },
});

/** Times itself: round 0 warms up, and took longer than all others together. */
function timedBy(name: string, wallMs: readonly number[], cpuMs = wallMs): Contestant {
  let timing: Timing = { wallMs: 0, cpuMs: 0 };
  return {
    name,
    role: name === "archiver" ? "ours" : "limit",
    units: 10,
    run(round) {
      timing = { wallMs: wallMs[round - 1] ?? 1e9, cpuMs: cpuMs[round - 1] ?? 1e9 };
    },
    ownTiming: () => timing,
  };
}

function busy(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; ) Math.sqrt(2);
}

test("the round that warms up is not counted", async () => {
  const archiver = timedBy("archiver", [20, 10, 30], [2, 1, 3]);

  const { rounds, standings } = await contest([archiver], [], settings(3));

  assert.equal(rounds, 3);
  assert.deepEqual(standings, [
    { name: "archiver", role: "ours", wallMs: 20, cpuMs: 2, perSecond: 500 },
  ]);
});

test("every contestant runs once a round, in an order that is shuffled and the seed's", async () => {
  const orders = async (seed: number): Promise<string[]> => {
    const ran: string[][] = [];
    const contestants = ["a", "b", "c"].map((name): Contestant => {
      const run = (round: number) => {
        ran[round] = [...(ran[round] ?? []), name];
      };
      return { name, role: "info", units: 1, run };
    });
    await contest(contestants, [], settings(12, seed));
    return ran.map((names) => names.join(""));
  };

  const one = await orders(1);

  assert.equal(one.length, 13);
  assert.deepEqual(new Set(one.map((it) => [...it].sort().join(""))), new Set(["abc"]));
  assert.ok(new Set(one).size > 3);
  assert.deepEqual(await orders(1), one);
  assert.notDeepEqual(await orders(2), one);
});

test("contestants are held against each other round by round, not median by median", async () => {
  const ours = timedBy("archiver", [10, 20, 90]);
  const limit = timedBy("limit", [20, 40, 30]);
  const held: Held = { of: "archiver", against: "limit" };

  const { ratios } = await contest([ours, limit], [held], settings(3));

  // Of the medians it would be 30 / 20.
  assert.equal(ratios[0]?.wall.median, 2);
  assert.equal(ratios[0]?.role, "limit");
  assert.equal(ratios[0]?.verdict, undefined);
});

test("a speed is how many times as fast, a cost how many times as much", async () => {
  const contestants = [timedBy("archiver", [10, 10]), timedBy("limit", [40, 40])];
  const held = (["speed", "cost"] as const).map(
    (measure): Held => ({ of: "archiver", against: "limit", measure }),
  );

  const { ratios } = await contest(contestants, held, settings(2));

  assert.deepEqual(ratios[0]?.wall, { median: 4, low: 4, high: 4 });
  assert.deepEqual(ratios[1]?.wall, { median: 0.25, low: 0.25, high: 0.25 });
});

test("a goal holds for wall and CPU time both", async () => {
  const limit = timedBy("limit", [10, 10]);
  const held: Held = { of: "archiver", against: "limit", goal: { atLeast: 0.8 } };
  const verdict = async (cpuMs: number[]) => {
    const { ratios } = await contest(
      [timedBy("archiver", [10, 10], cpuMs), limit],
      [held],
      settings(2),
    );
    return ratios[0]?.verdict;
  };

  assert.equal(await verdict([10, 10]), "met");
  assert.equal(await verdict([10, 20]), "not decidable");
  assert.equal(await verdict([20, 20]), "missed");
});

test("what comes before and after the work is not on the clock", async () => {
  let further = 0;
  const archiver: Contestant = {
    ...{ name: "archiver", role: "ours", units: 1 },
    prepare() {
      busy(60);
      further += 10_000;
    },
    run() {
      further += 1_000;
    },
    check() {
      busy(60);
      further += 10_000;
    },
    furtherCpuMs: () => further,
  };

  const { standings } = await contest([archiver], [], settings(3));

  const [{ wallMs = 0, cpuMs = 0 } = {}] = standings;
  assert.ok(wallMs < 60);
  assert.ok(cpuMs >= 1_000 && cpuMs < 1_060);
});

test("the work itself is on the clock", async () => {
  const archiver: Contestant = {
    ...{ name: "archiver", role: "ours", units: 1 },
    run: async () => {
      await Promise.resolve();
      busy(30);
    },
  };

  const { standings } = await contest([archiver], [], settings(2));

  assert.ok((standings[0]?.wallMs ?? 0) >= 30);
  assert.ok((standings[0]?.cpuMs ?? 0) > 0);
});

test("each round is prepared, run and checked under its own number", async () => {
  const seen: string[] = [];
  const archiver: Contestant = {
    ...{ name: "archiver", role: "ours", units: 1 },
    prepare: (round) => void seen.push(`prepare ${round}`),
    run: (round) => void seen.push(`run ${round}`),
    check: (round) => void seen.push(`check ${round}`),
  };

  await contest([archiver], [], settings(1));

  assert.deepEqual(seen, ["prepare 0", "run 0", "check 0", "prepare 1", "run 1", "check 1"]);
});

test("who did the work wrong has no result, though it was fast", async () => {
  const archiver: Contestant = {
    ...timedBy("archiver", [1, 1, 1]),
    check(round) {
      assert.notEqual(round, 2, "an item is missing");
    },
  };

  await assert.rejects(contest([archiver], [], settings(3)), /an item is missing/);
});

test("nobody is held against one who took no part", async () => {
  const held: Held = { of: "archiver", against: "nobody" };

  await assert.rejects(
    contest([timedBy("archiver", [1])], [held], settings(1)),
    /nobody took no part/,
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { turns } from "../../shared/domain/turns.ts";
import { seeded } from "../fakes/random.ts";

const SECOND = 1_000;
const at = (ms: number) => new Date(Date.parse("2026-01-05T09:00:00Z") + ms);

test("whoever comes in vain stays away for a second at first, however many others do in the same moment", () => {
  const it = turns();

  assert.deepEqual(
    Array.from({ length: 500 }, () => it.full(at(0))),
    Array(500).fill(SECOND),
  );
});

test("as long as all come in vain a turn doubles, once a turn, up to a minute", () => {
  const it = turns();
  const seen: number[] = [];

  for (let ms = 0; ms <= 10 * 60 * SECOND; ms += 100) seen.push(it.full(at(ms)) / SECOND);

  assert.deepEqual([...new Set(seen)], [1, 2, 4, 8, 16, 32, 60]);
});

test("where every other finds room, the turns are short again", () => {
  const it = turns();
  for (let ms = 0; ms < 5 * 60 * SECOND; ms += 100) it.full(at(ms));

  for (let ms = 5 * 60 * SECOND; ms < 10 * 60 * SECOND; ms += 100) {
    it.entered(at(ms));
    it.full(at(ms));
  }

  assert.equal(it.full(at(10 * 60 * SECOND)), SECOND);
});

test("two who come in vain now and then are no crowd", () => {
  const it = turns();

  for (let ms = 0; ms < 60 * SECOND; ms += 500) {
    it.entered(at(ms));
    it.full(at(ms));
    it.full(at(ms));
  }

  assert.equal(it.full(at(60 * SECOND)), SECOND);
});

for (const waiting of [50, 500, 5_000]) {
  test(`${waiting} that wait for four places keep them busy, and do not ask all the time`, () => {
    const it = turns();
    const random = seeded(1);
    const held: number[] = [];
    const due = Array.from({ length: waiting }, () => 0);
    let tries = 0;
    let served = 0;
    let now = 0;

    for (; due.length > waiting / 2; now += 10) {
      while (held[0] !== undefined && held[0] <= now) held.shift();
      for (let n = 0; n < due.length; n += 1) {
        if ((due[n] ?? 0) > now) continue;
        tries += 1;
        if (held.length < 4) {
          it.entered(at(now));
          held.push(now + 200);
          served += 1;
          due.splice(n, 1);
          n -= 1;
        } else {
          due[n] = now + it.full(at(now)) * (0.5 + random());
        }
      }
    }

    const busy = (served * 200) / (4 * now);
    assert.ok(busy > 0.6, `busy for ${busy}`);
    assert.ok(tries / served < 30, `${tries / served} tries for each`);
  });
}

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { collectWindow } from "../../shared/pipeline/collect-window.ts";
import type { Source } from "../../shared/pipeline/ports.ts";
import { figure } from "../harness/figure.ts";
import { peakAboveIdle } from "../harness/memory.ts";
import { probe } from "../harness/probe.ts";
import type { Case, Curve, Settings } from "../harness/report.ts";
import { gatewayServer } from "../harness/stand-ins.ts";
import { median } from "../harness/statistics.ts";
import { storageServer } from "../harness/storage-server.ts";
import { KB, MB, RECEIVED_AT } from "../material/mail.ts";
import { MEDIA_TYPE, offerItems } from "../material/offered-items.ts";
import { COLLECT_WINDOW, collector, gatewaySource } from "../ports/collector.ts";

const AT_ONCE = [1, 2, 4, 8, 16, 32];
/** A gateway that is not on this machine. */
const LATENCY_MS = 30;
const SMALL = { count: 100, bytes: 2 * KB };
const LARGE = { count: 64, bytes: 4 * MB };
const ROUNDS = 3;

interface Collected {
  readonly perSecond: number;
  readonly peakMb: number;
}

/** How many items of one connector are read from its source at once: what it gains, and what memory it costs. */
export async function sweepCollectAtOnce(
  settings: Settings,
): Promise<{ cases: Case[]; curves: Curve[] }> {
  const measured: (Collected & { atOnce: number })[] = [];
  for (const atOnce of settings.quick ? AT_ONCE.slice(0, 2) : AT_ONCE) {
    measured.push({ atOnce, ...(await probe<Collected>("collect-at-once", { atOnce })) });
  }
  const cases = measured.map(({ atOnce, perSecond, peakMb }) => ({
    name: `collect: ${atOnce} items at once, from a gateway ${LATENCY_MS} ms away`,
    ...{ unit: "items", rounds: 1, standings: [], ratios: [] },
    figures: [
      figure("2 KB", perSecond, "items/s"),
      figure("4 MB: peak memory above idle", peakMb, "MB"),
    ],
    same: "every item that the gateway offered was stored",
  }));
  const curve = (title: string, label: string, of: (it: Collected) => number): Curve => ({
    title,
    x: { label: "items at once", scale: "log" },
    y: { label, scale: "linear" },
    lines: [{ name: "archiver", role: "ours", points: measured.map((it) => [it.atOnce, of(it)]) }],
  });
  return {
    cases,
    curves: [
      curve("Collect: items a second by items at once", "items/s, 2 KB", (it) => it.perSecond),
      curve("Collect: memory by items at once", "MB above idle, 4 MB items", (it) => it.peakMb),
    ],
  };
}

/** In a fresh process: memory that an earlier setting left to the heap would not be seen. */
export async function collectAtOnce({ atOnce }: { atOnce: number }): Promise<Collected> {
  await using gateway = await gatewayServer();
  await using storage = await storageServer();
  const ports = collector(storage, storage.table);
  const source = distant(gatewaySource(gateway.url));

  async function collect(connector: string, count: number): Promise<void> {
    let stored = 0;
    await collectWindow(
      { connector, runId: `run-${connector}`, window: COLLECT_WINDOW, atOnce },
      source,
      ports,
      {
        mayGoOn: () => true,
        keepLease: async () => {},
        async pageStored({ missing, count: { fromSource } }) {
          assert.deepEqual(missing, []);
          stored += fromSource;
        },
      },
    );
    assert.equal(stored, count);
  }

  await offerItems(gateway, SMALL.count, SMALL.bytes);
  await collect("warm-up", SMALL.count);
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = performance.now();
    await collect(`small-${round}`, SMALL.count);
    rates.push((SMALL.count / (performance.now() - before)) * 1_000);
  }
  await gateway.control.reset();
  // Made by the gateway: what this process once held would be used again, and not be seen.
  await gateway.control.putItems(
    Array.from({ length: LARGE.count }, (_, n) => ({
      ...{ type: "WeChat", id: `large-${n}`, receivedAt: RECEIVED_AT, mediaType: MEDIA_TYPE },
      body: { seed: n, size: LARGE.bytes },
    })),
  );
  const peakMb = await peakAboveIdle(() => collect("large", LARGE.count));
  return { perSecond: median(rates), peakMb };
}

function distant(source: Source): Source {
  return {
    ...source,
    async read(item) {
      await sleep(LATENCY_MS);
      return source.read(item);
    },
  };
}

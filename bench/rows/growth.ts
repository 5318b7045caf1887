import assert from "node:assert/strict";
import { collectWindow } from "../../shared/pipeline/collect-window.ts";
import { convertReceipt } from "../../shared/pipeline/convert-receipt.ts";
import { importItem } from "../../shared/pipeline/import-item.ts";
import type { Source, SourceItem } from "../../shared/pipeline/ports.ts";
import { figure } from "../harness/figure.ts";
import { probe } from "../harness/probe.ts";
import type { Bench, Settings } from "../harness/report.ts";
import { logLogSlope } from "../harness/statistics.ts";
import { numberedMail } from "../material/numbered-mail.ts";
import { discardingPorts } from "../ports/discarding.ts";

const QUICK_SIZES = [1_000, 10_000];
const SIZES = [1_000, 10_000, 30_000, 100_000];
/** Takes as long as all other benches together. */
const FULL_SIZES = [...SIZES, 1_000_000];
const PAGE = 100;
/** As many as the importer keeps folders of: its caches are full before the last size but one ends. */
const MAILBOXES = 20_000;
/** How fast one instance gets on: entries of its caches and lanes grow old as in a day's work. */
const ITEM_MS = 50;
const START = Date.parse("2026-01-05T05:30:00Z");
const RUN = { connector: "wechat", runId: "daily-20260105T053000000Z" };
const WINDOW = { from: new Date("2026-01-04T05:30:00Z"), until: new Date("2026-01-05T05:30:00Z") };

export const growth: Bench = {
  name: "growth",
  title: "Growth",
  async run(settings) {
    const measured: (Grown & { size: number })[] = [];
    for (const size of sizesOf(settings)) {
      measured.push({ size, ...(await probe<Grown>("growth", { items: size })) });
    }
    const [before, last] = measured.slice(-2);
    if (!before || !last) throw new Error("There are too few sizes.");
    const slope = logLogSlope(measured.map(({ size, cpuMs }) => ({ size, cost: cpuMs })));
    return {
      cases: [
        {
          name: `${measured[0]?.size} to ${last.size} items`,
          unit: "items",
          rounds: 1,
          standings: [],
          ratios: [],
          figures: [
            figure("log-log slope of CPU time", slope, "", { atMost: 1.05 }),
            figure(
              `heap after GC at ${last.size}, of that at ${before.size}`,
              last.heapMb / before.heapMb,
              "×",
              { atMost: 1.1 },
            ),
            ...measured.flatMap(({ size, cpuMs, heapMb }) => [
              figure(`CPU time an item at ${size}`, (cpuMs * 1_000) / size, "µs"),
              figure(`heap after GC at ${size}`, heapMb, "MB"),
            ]),
          ],
          same: "raw blobs, receipts, jobs and messages counted: one of each an item",
        },
      ],
      curves: [
        {
          title: "Growth: CPU time by items",
          x: { label: "items", scale: "log" },
          y: { label: "CPU time, s", scale: "log" },
          lines: [
            {
              name: "archiver",
              role: "ours",
              points: measured.map(({ size, cpuMs }) => [size, cpuMs / 1_000]),
            },
            {
              name: "in proportion",
              role: "limit",
              points: measured.map(({ size }) => [size, (last.cpuMs / 1_000 / last.size) * size]),
            },
          ],
        },
      ],
    };
  },
};

function sizesOf({ quick, full }: Settings): number[] {
  if (quick) return QUICK_SIZES;
  return full ? FULL_SIZES : SIZES;
}

interface Grown {
  readonly cpuMs: number;
  readonly heapMb: number;
}

/** Collect, convert and import of so many items, in a fresh process whose heap is then looked at. */
export async function growTo({ items }: { items: number }): Promise<Grown> {
  let imported = 0;
  const now = () => new Date(START + imported * ITEM_MS);
  const { ports, counts, graph, written, forget } = discardingPorts(now);

  /** What one page left behind, brought to its end. */
  async function pageStored(): Promise<void> {
    for (const { name, receipt } of written.receipts) {
      const bytes = Buffer.from(JSON.stringify(receipt));
      assert.equal(await convertReceipt(`receipts/${name}`, bytes, ports), "converted");
    }
    for (const job of written.jobs) {
      assert.equal((await importItem(job, ports)).kind, "imported");
      imported += 1;
    }
    forget();
  }
  const collect = (from: number, count: number) =>
    collectWindow({ ...RUN, window: WINDOW }, numberedSource(from, count), ports, {
      mayGoOn: () => true,
      keepLease: async () => {},
      pageStored,
    });

  // The compiler's work is not the items'.
  const warmUp = 1_000;
  await collect(0, warmUp);
  const before = process.cpuUsage();
  await collect(warmUp, items);
  const { user, system } = process.cpuUsage(before);

  const each = items + warmUp;
  assert.deepEqual(
    { ...counts, messages: graph.messages, imported },
    {
      ...{ raw: each, receipts: each, jobs: each, messages: each, imported: each },
    },
  );
  globalThis.gc?.();
  globalThis.gc?.();
  return { cpuMs: (user + system) / 1_000, heapMb: process.memoryUsage().heapUsed / 2 ** 20 };
}

/** Items by number, page by page; none is kept. */
function numberedSource(from: number, count: number): Source {
  const item = (n: number): SourceItem => ({
    id: `item-${n}`,
    receivedAt: new Date(START - 3_600_000),
    mediaType: "message/rfc822",
  });
  return {
    async test() {},
    async list(_window, cursor) {
      const first = Number(cursor ?? from);
      const next = Math.min(first + PAGE, from + count);
      return {
        items: Array.from({ length: next - first }, (_, n) => item(first + n)),
        ...(next < from + count && { next: String(next) }),
      };
    },
    async read({ id }) {
      const n = Number(id.slice("item-".length));
      return once(numberedMail(n, n % MAILBOXES));
    },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

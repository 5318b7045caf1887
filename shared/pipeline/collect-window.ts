import { rawName, receiptName } from "../domain/blob-names.ts";
import { SourceError } from "../domain/errors.ts";
import { itemKey } from "../domain/item-key.ts";
import { tallyOf } from "../domain/tally.ts";
import type { Window } from "../domain/window.ts";
import { eachLimited } from "./each-limited.ts";
import type {
  Chunks,
  Ledger,
  MissingItem,
  RawStore,
  RunItem,
  Runs,
  Source,
  SourceItem,
  WindowCount,
} from "./ports.ts";
import { receivedItem } from "./receipt.ts";
import type { Telemetry } from "./telemetry.ts";

/** Chosen by measurement: `npm run bench -- sweep`, `docs/performance.md`. */
const AT_ONCE = 8;

export interface CollectPorts {
  readonly rawStore: RawStore;
  readonly ledger: Ledger;
  readonly runs: Runs;
  readonly now: () => Date;
  /** A new W3C trace context: one trace from the source item to the mailbox item. */
  readonly newTraceparent: () => string;
  readonly telemetry: Telemetry;
}

export interface WindowToCollect {
  readonly connector: string;
  readonly runId: string;
  readonly window: Window;
  /** The page to go on with. */
  readonly cursor?: string | undefined;
  /** Items read from the source at once. */
  readonly atOnce?: number;
}

/**
 * Collects one window page by page: raw blobs, receipts, and what the run counts.
 *
 * `pageStored` is called after each page with the cursor of the next one; only
 * then may the caller move its checkpoint. `mayGoOn` is asked before each item: a
 * collector that is killed at its time limit would take its neighbours with it.
 *
 * Returns `finished`, or `stopped` when `mayGoOn` said no. Throws `SourceError`
 * when the source as a whole fails.
 */
export async function collectWindow(
  { connector, runId, window, cursor, atOnce = AT_ONCE }: WindowToCollect,
  source: Source,
  ports: CollectPorts,
  hooks: {
    mayGoOn: () => boolean;
    keepLease: () => Promise<void>;
    pageStored: (page: {
      next: string | undefined;
      missing: readonly MissingItem[];
      lastItemAt: Date | undefined;
      count: WindowCount;
    }) => Promise<void>;
  },
): Promise<"finished" | "stopped"> {
  for (let next = cursor; ; ) {
    if (!hooks.mayGoOn()) return "stopped";
    await hooks.keepLease();
    const page = await source.list(window, next);

    const counted: RunItem[] = [];
    const missing: MissingItem[] = [];
    let bytes = 0;
    let stopped = false;
    await eachLimited(page.items, atOnce, async (item) => {
      if (stopped || !hooks.mayGoOn()) {
        stopped = true;
        return;
      }
      const result = await collectItem(connector, item, runId, source, ports, hooks.keepLease);
      counted.push(result.counted);
      if (result.missing) missing.push(result.missing);
      bytes += result.bytes;
    });
    if (stopped) return "stopped";

    await ports.runs.putItems(runId, counted);
    const lastItemAt = page.items.at(-1)?.receivedAt;
    const known = counted.filter(({ done }) => done).length;
    const count = { fromSource: page.items.length, known, bytes };
    await hooks.pageStored({ next: page.next, missing, lastItemAt, count });
    if (page.next === undefined) return "finished";
    next = page.next;
  }
}

const PENDING = tallyOf(["pending"]);
const SKIPPED = tallyOf(["skipped"]);

/**
 * Stores one item, unless it is known: raw bytes, then receipt, then the ledger.
 *
 * A host may die between any two of them. The blobs are written once, so whoever
 * comes next finds what is there, and goes on from it.
 */
export async function collectItem(
  connector: string,
  item: SourceItem,
  runId: string,
  source: Source,
  ports: CollectPorts,
  keepLease: () => Promise<void>,
): Promise<CollectedItem> {
  const key = itemKey(connector, item.id);
  const known = await ports.ledger.item(key);
  if (known?.receipt) {
    return known.runId === runId
      ? { counted: { itemKey: key, done: false, tally: PENDING }, bytes: known.size }
      : { counted: { itemKey: key, done: true, tally: SKIPPED }, bytes: 0 };
  }
  return ports.telemetry.stage({ stage: "collect", connector, itemKey: key, runId }, () =>
    storeItem({ connector, key, item, runId }, source, ports, keepLease),
  );
}

interface CollectedItem {
  readonly counted: RunItem;
  readonly missing?: MissingItem;
  /** Stored in `raw` for this run. */
  readonly bytes: number;
}

async function storeItem(
  of: { connector: string; key: string; item: SourceItem; runId: string },
  source: Source,
  { rawStore, ledger, now, newTraceparent }: CollectPorts,
  keepLease: () => Promise<void>,
): Promise<CollectedItem> {
  const { connector, key, item, runId } = of;
  const counted = { itemKey: key, done: false, tally: PENDING };

  const blob = rawName(connector, item.receivedAt, key, item.mediaType);
  let stored: { size: number; sha256: string };
  try {
    stored = await rawStore.putRaw(
      blob,
      item.mediaType,
      keeping(await source.read(item), keepLease),
    );
  } catch (error) {
    const detail = await faultOfItem(error, source);
    return { counted, missing: { item, runId, detail, since: now() }, bytes: 0 };
  }

  const name = receiptName(connector, item.receivedAt, key);
  const receipt = await rawStore.putReceipt(name, {
    v: 1,
    connector,
    itemKey: key,
    sourceItemId: item.id,
    receivedAt: item.receivedAt.toISOString(),
    collectedAt: now().toISOString(),
    mediaType: item.mediaType,
    ...stored,
    raw: { container: "raw", blob },
    runId,
    traceparent: newTraceparent(),
    ledgerSince: (await ledger.begin(now())).toISOString(),
  });
  await ledger.recordReceived(receivedItem(receipt));
  return { counted, bytes: stored.size };
}

/**
 * Whether it is the item that the source cannot give, or the source that is away.
 * One item that the source has lost must not keep all those behind it waiting.
 */
async function faultOfItem(error: unknown, source: Source): Promise<string> {
  if (!(error instanceof SourceError)) throw error;
  if (error.code === "item-unavailable") return error.detail;
  if (error.code !== "unavailable") throw error;
  await source.test();
  return error.detail;
}

async function* keeping(chunks: Chunks, keepLease: () => Promise<void>): Chunks {
  for await (const chunk of chunks) {
    await keepLease();
    yield chunk;
  }
}

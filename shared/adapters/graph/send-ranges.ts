import { classify } from "../../domain/error-table.ts";
import { type OpenFile, type Range, ranges } from "./files.ts";
import { GraphFailure, isStatus } from "./graph-failure.ts";
import { onceShown } from "./once-shown.ts";
import type { Visit } from "./traffic.ts";
import type { UploadUrl } from "./upload-session.ts";

/** 10 × 320 KiB: below Outlook's 4 MB, and a multiple of what other services want. */
const RANGE_BYTES = 3_276_800;
const LOST_ANSWER_MS = 1_000;

/** Sends a file range by range, in order, from where the session wants it on. */
export async function sendRanges(
  visit: Visit,
  open: OpenFile,
  options: { url: UploadUrl; next: number; progress: () => Promise<void> },
): Promise<void> {
  const { url, progress } = options;
  let next: number | undefined = options.next;
  for await (const range of ranges(open, RANGE_BYTES)) {
    while (next !== undefined && next < range.end) {
      next = await sendRange(visit, { url, range, next, total: open.file.size });
    }
    await progress();
  }
}

/**
 * Sends what is still wanted of a range; returns what is wanted next. An answer
 * that was lost is no reason to begin again: the session knows what it has.
 */
async function sendRange(
  visit: Visit,
  { url, range, next, total }: { url: UploadUrl; range: Range; next: number; total: number },
): Promise<number | undefined> {
  // Bytes before this range are gone from memory.
  if (next < range.start) throw new GraphFailure({ status: 416, code: "" });
  const bytes = range.bytes.subarray(next - range.start);
  const ask = { use: "write", bytes: 0, repeatable: false, name: "PUT upload" } as const;
  try {
    const after = await onceShown(visit, () => visit.send(ask, () => url.put(bytes, next, total)));
    // Wanting the same bytes again, or none when some are left: the session is not what it should be.
    const isStuck = after !== undefined && after <= next;
    const isShort = after === undefined && range.end < total;
    if (isStuck || isShort) throw new GraphFailure({ status: 416, code: "" });
    return after;
  } catch (error) {
    const isDoubtful =
      isStatus(error, 416) ||
      (error instanceof GraphFailure && classify(error.failure).id === "unavailable");
    if (!isDoubtful || !(await visit.patience.wait(LOST_ANSWER_MS))) throw error;
    const look = { use: "look-up", bytes: 0, repeatable: true, name: "GET upload" } as const;
    const known = await visit.send(look, () => url.next());
    if (known < range.start || known > range.end) throw error;
    return known;
  }
}

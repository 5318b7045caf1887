/** A moment as it stands in ids: sorts by time, and is safe in row keys and file names. */
export function stamp(at: Date): string {
  return at.toISOString().replaceAll(/[-:.]/g, "");
}

/** `wechat-20260105T053000000Z`: sorts by time within its connector, and is a safe row key and file name. */
export function runId(connector: string, until: Date): string {
  return `${connector}-${stamp(until)}`;
}

/** `backfill-20260105T090000000Z-1f3a`. */
export function backfillId(at: Date, id: string): string {
  return `backfill-${stamp(at)}-${id}`;
}

/** `wechat-backfill-20260105T090000000Z-1f3a-20250601T000000000Z`: the back-fill, and the end of the day. */
export function backfillRunId(connector: string, backfill: string, until: Date): string {
  return `${connector}-${backfill}-${stamp(until)}`;
}

/** `wechat-redrive-20260105T090000000Z-1f3a`: what an operator took up again in one go. */
export function redriveRunId(connector: string, order: string): string {
  return `${connector}-redrive-${order}`;
}

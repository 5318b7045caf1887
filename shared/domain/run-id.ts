/** `wechat-20260105T053000000Z`: sorts by time within its connector, and is a safe row key and file name. */
export function runId(connector: string, until: Date): string {
  return `${connector}-${until.toISOString().replaceAll(/[-:.]/g, "")}`;
}

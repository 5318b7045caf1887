import { collectBackfill } from "./collect-backfill.ts";
import { collectConnector } from "./collect-connector.ts";
import type { CollectPorts } from "./collect-window.ts";
import type { Connector } from "./connector.ts";
import { eachLimited } from "./each-limited.ts";
import type { Checkpoints, Configuration, Log, Source } from "./ports.ts";

/** Connectors collected at once: one that is slow does not keep the others waiting. */
const AT_ONCE = 4;

export interface CollectAllPorts extends CollectPorts {
  readonly configuration: Configuration;
  readonly checkpoints: Checkpoints;
  readonly sourceOf: (connector: Connector) => Source;
  readonly log: Log;
}

/**
 * Collects every enabled connector that is due, then carries its back-fills on.
 *
 * A wrong connector file, a source that fails and even a bug met with one
 * connector stop that connector only; a bug is thrown once all others are done.
 */
export async function collectAll(
  ports: CollectAllPorts,
  options: { tick: Date; mayGoOn: () => boolean },
): Promise<void> {
  const { configuration, sourceOf, log } = ports;
  const bugs: unknown[] = [];

  await eachLimited(await configuration.connectors(), AT_ONCE, async (file) => {
    if ("faults" in file) {
      for (const fault of file.faults)
        log.error("connector refused", { connector: file.id, fault });
      return;
    }
    const { connector } = file;
    if (!connector.enabled) return;
    try {
      const source = sourceOf(connector);
      const result = await collectConnector(connector, source, ports, options);
      log.info("connector collected", { connector: connector.id, result: result.kind });
      // A source that refuses us is not asked once more: some lock an account after a few tries.
      if (result.kind === "collected") await carryBackfillsOn(connector, source, ports, options);
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      log.error("collection failed", { connector: connector.id, error: name });
      bugs.push(error);
    }
  });
  if (bugs.length > 0) throw bugs[0];
}

async function carryBackfillsOn(
  connector: Connector,
  source: Source,
  ports: CollectAllPorts,
  { mayGoOn }: { mayGoOn: () => boolean },
): Promise<void> {
  for await (const { backfill, checkpoint } of ports.checkpoints.backfills(connector.id)) {
    if (checkpoint.finishedAt) continue;
    if (!mayGoOn()) return;
    const { kind } = await collectBackfill(connector, backfill, source, ports, { mayGoOn });
    ports.log.info("backfill collected", {
      connector: connector.id,
      backfill: backfill.id,
      result: kind,
    });
    if (kind === "failed") return;
  }
}

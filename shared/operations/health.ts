import type { Checkpoints, Configuration, Gates, WorkQueue } from "../pipeline/ports.ts";

export interface HealthPorts {
  readonly provision: () => Promise<void>;
  readonly queue: WorkQueue;
  readonly configuration: Configuration;
  readonly checkpoints: Checkpoints;
  readonly gates: Gates;
  /** Proves that Graph can be asked; throws when it cannot. */
  readonly askGraph: () => Promise<void>;
}

/**
 * The names of what is wrong, for whoever may ask: `storage`, `graph`,
 * `connector:wechat`, `source:wechat`. Empty when all is well.
 *
 * Names only: the route is open to strangers, so that a probe needs no key.
 */
export async function checkHealth(ports: HealthPorts): Promise<string[]> {
  const { provision, queue, configuration, checkpoints, gates, askGraph } = ports;
  const wrong: string[] = [];
  const check = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch {
      // That it fails is the answer; why is said by the log of whoever needed it.
      wrong.push(name);
    }
  };

  await check("storage", async () => {
    await provision();
    await queue.depth();
  });
  await check("graph", async () => {
    if (await gates.closed("app")) throw new Error("the app waits for Graph");
    await askGraph();
  });
  await check("config", async () => {
    for (const file of await configuration.connectors()) {
      if ("faults" in file) {
        wrong.push(`connector:${file.id}`);
      } else if (file.connector.enabled && (await checkpoints.get(file.id))?.failure) {
        wrong.push(`source:${file.id}`);
      }
    }
  });
  return wrong;
}

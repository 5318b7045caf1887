import type { LogRecord } from "./host/log.ts";
import {
  type Installation,
  type InstallationOptions,
  startInstallation,
} from "./stack/installation.ts";

export type StackOptions = Omit<InstallationOptions, "storage" | "graph">;

/** The whole installation on this machine, with a stand-in for everything outside. */
export interface Stack extends Installation, AsyncDisposable {
  readonly gateway: NonNullable<Installation["gateway"]>;
  readonly graph: NonNullable<Installation["graph"]>;
  /** All that the hosts have logged so far, oldest first. */
  readonly logs: readonly LogRecord[];
}

/**
 * Starts Azurite, the stand-in gateway with a made-up day, the stand-in Graph, and the local host
 * over `dist/main.cjs`, which must have been built (`ensureBuilt` of `stack/build.ts`).
 *
 * Everything lies in memory, on free ports, and nothing happens by itself, unless the options say
 * otherwise. `startInstallation` says what of it may lie elsewhere.
 *
 * ```ts
 * await using stack = await startStack();
 * await stack.host.fire("collect");
 * await stack.host.idle(["convert", "import"]);
 * const held = await stack.graph.messages("ann@contoso.com", "WeChat Archiver");
 * ```
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const logs: LogRecord[] = [];
  const { gateway, graph, ...installation } = await startInstallation({
    ...options,
    logSink(record) {
      logs.push(record);
      options.logSink?.(record);
    },
  });
  if (!gateway || !graph) {
    await installation.stop();
    throw new Error("No connector in the state directory collects from the stand-in gateway.");
  }
  return { ...installation, gateway, graph, logs, [Symbol.asyncDispose]: installation.stop };
}

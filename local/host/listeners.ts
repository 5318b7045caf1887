import type { ContainerClient } from "@azure/storage-blob";
import { blobReceipts } from "./blob-receipts.ts";
import { blobTrigger } from "./blob-trigger.ts";
import { openConnection } from "./connections.ts";
import type { HostSettings } from "./host-json.ts";
import type { Listener, ListenerDeps } from "./listener.ts";
import { queueTrigger } from "./queue-trigger.ts";
import { ncrontab } from "./schedule.ts";
import type { Settings } from "./settings.ts";
import { timerStatusBlob } from "./timer-status.ts";
import { type TimerListener, timerTrigger } from "./timer-trigger.ts";
import { forEachFunction, type TriggeredFunction } from "./triggers.ts";

/** Two hosts with one id and one storage share receipts and timers, as on Azure. */
const DEFAULT_HOST_ID = "local";

/**
 * A listener for every function but the HTTP ones.
 *
 * Throws one error with every wrong schedule, path and connection.
 */
export function openListeners(
  functions: readonly TriggeredFunction[],
  deps: ListenerDeps & {
    env: Settings;
    settings: HostSettings;
    hostContainer: ContainerClient;
  },
): { timers: TimerListener[]; others: Listener[] } {
  const { env, settings, hostContainer } = deps;
  const hostId = env["AzureFunctionsWebHost__hostid"] ?? DEFAULT_HOST_ID;
  const timers: TimerListener[] = [];
  const others: Listener[] = [];

  forEachFunction(functions, ({ name: functionName, trigger }) => {
    if (trigger.type === "timerTrigger") {
      const { runOnStartup, useMonitor } = trigger;
      const schedule = ncrontab(trigger.schedule, env["TZ"]);
      const isMonitored = useMonitor && !schedule.isFasterThanAMinute;
      const status = isMonitored ? timerStatusBlob(hostContainer, hostId, functionName) : undefined;
      timers.push(timerTrigger({ ...deps, functionName, schedule, runOnStartup, status }));
    } else if (trigger.type === "queueTrigger") {
      const { queueName } = trigger;
      const connection = openConnection(trigger.connection, env);
      others.push(
        queueTrigger({ ...deps, functionName, queueName, connection, settings: settings.queues }),
      );
    } else if (trigger.type === "blobTrigger") {
      const { path } = trigger;
      const connection = openConnection(trigger.connection, env);
      const receipts = blobReceipts(hostContainer, hostId, functionName);
      const { messageEncoding } = settings.queues;
      const options = { functionName, path, connection, receipts, messageEncoding };
      others.push(blobTrigger({ ...deps, ...options, settings: settings.blobs }));
    }
  });
  return { timers, others };
}

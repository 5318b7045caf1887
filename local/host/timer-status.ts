import type { ContainerClient } from "@azure/storage-blob";
import { isNotFound } from "./listener.ts";
import type { Schedule } from "./schedule.ts";

/** What the host remembers of a timer from one start to the next; ISO 8601 times. */
export interface TimerStatus {
  readonly Last: string;
  readonly Next: string;
  readonly LastUpdated: string;
}

/** .NET's `default(DateTime)`: the timer never ran. */
const NEVER = "0001-01-01T00:00:00+00:00";

export function firstStatus(schedule: Schedule, now: Date): TimerStatus {
  return { Last: NEVER, Next: iso(schedule.next(now)), LastUpdated: iso(now) };
}

/** The status after a run that began at `began`. */
export function nextStatus(schedule: Schedule, began: Date): TimerStatus {
  return { Last: iso(began), Next: iso(schedule.next(began)), LastUpdated: iso(began) };
}

/**
 * The status to go on from after a start.
 *
 * A recorded one that another schedule has made begins anew: a tick the present schedule never
 * had must not count as missed.
 */
export function resumedStatus(
  recorded: TimerStatus | undefined,
  schedule: Schedule,
  now: Date,
): TimerStatus {
  const isOfThisSchedule =
    recorded !== undefined &&
    new Date(recorded.Next).getTime() === schedule.next(new Date(recorded.LastUpdated)).getTime();
  return isOfThisSchedule ? recorded : firstStatus(schedule, now);
}

/** A timer's status in the host's storage. */
export interface TimerStatusBlob {
  read(): Promise<TimerStatus | undefined>;
  write(status: TimerStatus): Promise<void>;
}

/** The blob is where the Functions host has it: `timers/<host id>/Host.Functions.<name>/status`. */
export function timerStatusBlob(
  hostContainer: ContainerClient,
  hostId: string,
  functionName: string,
): TimerStatusBlob {
  const blob = hostContainer.getBlockBlobClient(
    `timers/${hostId}/Host.Functions.${functionName}/status`,
  );
  return {
    async read() {
      try {
        return JSON.parse((await blob.downloadToBuffer()).toString()) as TimerStatus;
      } catch (error) {
        if (isNotFound(error)) {
          return undefined;
        }
        throw error;
      }
    },
    async write(status) {
      const text = JSON.stringify(status);
      await blob.upload(text, Buffer.byteLength(text));
    },
  };
}

/** With an offset, as .NET writes it, and not with `Z`. */
function iso(date: Date): string {
  return date.toISOString().replace("Z", "+00:00");
}

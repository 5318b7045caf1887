import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome } from "./app-worker.ts";
import type { Listener, ListenerDeps } from "./listener.ts";
import { polling } from "./polling.ts";
import type { Schedule } from "./schedule.ts";
import {
  nextStatus,
  resumedStatus,
  type TimerStatus,
  type TimerStatusBlob,
} from "./timer-status.ts";

const CATEGORY = "Host.Triggers.Timer";
/** A machine may sleep or its clock be set: no wait is longer than this without looking again. */
const LONGEST_WAIT_MS = 60_000;

/** A timer, which can be run by hand as well. */
export interface TimerListener extends Listener {
  /**
   * Runs the function now, after the run under way if there is one. Rejects with the function's
   * error, or when the app process did not live to finish it.
   */
  fire(): Promise<void>;
}

/**
 * Calls a function whenever its schedule comes round, never twice at once.
 *
 * A tick missed while the host was down is made up for once, at the start, with `isPastDue`. A
 * schedule faster than a minute has no memory and no `scheduleStatus`, as on Azure.
 */
export function timerTrigger(
  deps: ListenerDeps & {
    functionName: string;
    schedule: Schedule;
    runOnStartup: boolean;
    status: TimerStatusBlob | undefined;
  },
): TimerListener {
  const { functionName, schedule, now } = deps;
  let status: TimerStatus | undefined;
  let lastRun: Promise<unknown> = Promise.resolve();
  /** At the start, and after an invocation was lost. */
  let mayHaveMissed = true;

  async function round(signal: AbortSignal): Promise<number> {
    status ??= await resume();
    const isPastDue = mayHaveMissed && deps.status !== undefined && now() > due(status);
    while (now() < due(status)) {
      const waitMs = due(status).getTime() - now().getTime();
      await sleep(Math.min(waitMs, LONGEST_WAIT_MS), undefined, { signal });
    }
    const began = now();
    const outcome = await run(isPastDue);
    mayHaveMissed = outcome.kind === "lost";
    // A tick that was lost is missed, and made up for; without a memory there is nothing to miss.
    if (outcome.kind !== "lost" || deps.status === undefined) {
      status = nextStatus(schedule, began);
      await deps.status?.write(status);
    }
    return 0;
  }

  async function resume(): Promise<TimerStatus> {
    const resumed = resumedStatus(await deps.status?.read(), schedule, now());
    await deps.status?.write(resumed);
    if (deps.runOnStartup && now() <= due(resumed)) {
      await run(false);
    }
    return resumed;
  }

  function run(isPastDue: boolean): Promise<Outcome> {
    const thisRun = lastRun.then(() => deps.activity.during(functionName, () => call(isPastDue)));
    lastRun = thisRun;
    return thisRun;
  }

  function call(isPastDue: boolean): Promise<Outcome> {
    const timer = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: (deps.status && status) ?? null,
      IsPastDue: isPastDue,
    };
    return deps.invocations.run({
      functionName,
      reason: `Timer fired at ${now().toISOString()}`,
      trigger: { json: JSON.stringify(timer) },
    });
  }

  return {
    functionName,
    ...polling({ ...deps, category: CATEGORY, round }),
    // A timer waits for its time, not for work.
    backlog: async () => ({ waiting: false, deferred: 0 }),
    async fire() {
      const outcome = await run(false);
      if (outcome.kind === "failed") {
        throw Object.assign(new Error(outcome.error.message), outcome.error);
      }
      if (outcome.kind === "lost") {
        throw new Error(`The app process ended before ${functionName} finished.`);
      }
    },
  };
}

function due(status: TimerStatus): Date {
  return new Date(status.Next);
}

import type { Activity } from "./activity.ts";
import type { Invocations } from "./invocations.ts";
import type { Log } from "./log.ts";

/** What is left to do for one function. */
export interface Backlog {
  /** Whether an entry or a blob is there that could be taken now. */
  readonly waiting: boolean;
  /** Entries put off, leased by somebody, or waiting for their next try; blobs likewise. */
  readonly deferred: number;
}

/** What every listener works with. */
export interface ListenerDeps {
  readonly invocations: Invocations;
  readonly activity: Activity;
  readonly log: Log;
  readonly now: () => Date;
  /** Resolves once there is an app process to call. */
  readonly ready: () => Promise<void>;
  /** How long what nobody settles stays out of sight. */
  readonly leaseMs: number;
  /** Pause between two looks when there is nothing to do. */
  readonly pollMs: number;
}

/** Takes what sets one function off, and calls it. */
export interface Listener {
  readonly functionName: string;
  /** Begins to take work; `stop` ends that, and resolves once nothing more is taken. */
  start(): void;
  stop(): Promise<void>;
  backlog(): Promise<Backlog>;
}

/** Whether storage answered that the queue, container or blob is not there. */
export function isNotFound(error: unknown): boolean {
  return (error as { statusCode?: number }).statusCode === 404;
}

/**
 * What to log of a storage fault: its code. The message of a refused request quotes the request,
 * its signature and address included.
 */
export function faultCode(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return code ?? message ?? String(error);
}

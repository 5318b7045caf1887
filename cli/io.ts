import type { Readable, Writable } from "node:stream";

/** What the command line reads and writes; a test hands in its own. */
export interface Io {
  readonly out: Writable;
  readonly err: Writable;
  readonly in: Readable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  readonly sleep: (ms: number) => Promise<void>;
}

/** How a command ended, for the script that called it. */
export const exitCodes = {
  done: 0,
  /** The answer itself is no: not everything is there, not clean, not able to sign in. */
  no: 1,
  /** The command line is wrong. */
  usage: 2,
  /** Not signed in, or without the role. */
  refused: 3,
  /** The app does not answer, or answers that it cannot now. */
  unreachable: 4,
  /** The app says that it cannot be so: no such thing, a wrong file, a conflict. */
  rejected: 5,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command with a message for a person and a code for a script. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: ExitCode;
  /** The status of the answer that says so, where there was one. */
  readonly status: number | undefined;

  constructor(exitCode: ExitCode, message: string, status?: number) {
    super(message);
    this.exitCode = exitCode;
    this.status = status;
  }
}

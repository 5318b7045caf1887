import type { Failure } from "../../domain/error-table.ts";
import { failureWord } from "../../domain/error-table.ts";

/**
 * Graph refused a request, or did not answer. Known inside this folder only:
 * whoever calls the ports meets the pipeline's own errors.
 *
 * It says nothing of what was asked for: paths hold addresses, and the URL of an
 * upload session is a password.
 */
export class GraphFailure extends Error {
  override readonly name = "GraphFailure";
  readonly failure: Failure;
  /** Microsoft support asks for it. */
  readonly requestId: string | undefined;

  constructor(failure: Failure, requestId?: string) {
    super(`Graph: ${failureWord(failure)}`);
    this.failure = failure;
    this.requestId = requestId;
  }
}

/** Whether Graph answered with one of the statuses. */
export function isStatus(error: unknown, ...statuses: number[]): error is GraphFailure {
  return error instanceof GraphFailure && statuses.includes(error.failure.status);
}

/** Whether Graph answered with one of the codes. */
export function isCode(error: unknown, ...codes: string[]): error is GraphFailure {
  return (
    error instanceof GraphFailure &&
    codes.some((code) => code.toLowerCase() === error.failure.code.toLowerCase())
  );
}

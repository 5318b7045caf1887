import { retryAfterMs } from "../../domain/retry-after.ts";
import { GraphFailure } from "./graph-failure.ts";
import type { HttpAnswer } from "./http-sender.ts";

export function isServed({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300;
}

/** The JSON of an answer; undefined when it is empty. */
export function contentOf({ text }: HttpAnswer): object | undefined {
  if (text === "") return undefined;
  const value = jsonOf(text);
  if (typeof value !== "object" || value === null) {
    // It came from a proxy in between; the parser's own message would quote it.
    throw new GraphFailure({ status: 0, code: "network" });
  }
  return value;
}

/** Reads Graph's error, `{ "error": { "code", … } }`; a proxy's page has none, and its status must do. */
export function refusal({ status, headers, text }: HttpAnswer, now: Date): GraphFailure {
  const waitMs = retryAfterMs(headers["retry-after"], now);
  const requestId = [headers["request-id"]].flat()[0];
  return new GraphFailure(
    { status, code: errorCode(text), ...(waitMs !== undefined && { retryAfterMs: waitMs }) },
    requestId,
  );
}

function errorCode(text: string): string {
  const body = jsonOf(text) as { error?: { code?: unknown } | null } | null | undefined;
  const code = body?.error?.code;
  return typeof code === "string" ? code : "";
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

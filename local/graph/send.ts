import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Answer } from "./call.ts";
import { errorBody, Refusal } from "./refusal.ts";

/** Writes an answer or a refusal, with the ids that every answer of Graph carries. */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  outcome: Answer | Refusal,
  at: Date,
): void {
  const requestId = randomUUID();
  const clientId = String(request.headers["client-request-id"] ?? requestId);
  const isRefused = outcome instanceof Refusal;
  const json = isRefused
    ? errorBody(outcome, { request: requestId, client: clientId, at })
    : outcome.body;
  const bytes = isRefused ? undefined : outcome.bytes;
  const content = bytes ?? (json === undefined ? "" : JSON.stringify(json));
  response.writeHead(outcome.status, {
    ...(json === undefined
      ? {}
      : { "Content-Type": "application/json;odata.metadata=minimal;charset=utf-8" }),
    ...outcome.headers,
    ...(outcome.status === 204 ? {} : { "Content-Length": Buffer.byteLength(content) }),
    ...(prefersImmutableIds(request) ? { "Preference-Applied": 'IdType="ImmutableId"' } : {}),
    "request-id": requestId,
    "client-request-id": clientId,
  });
  response.end(content);
}

/** Whether the client asked for ids that survive a move. */
export function prefersImmutableIds(request: IncomingMessage): boolean {
  return /IdType\s*=\s*"?ImmutableId"?/i.test(String(request.headers["prefer"] ?? ""));
}

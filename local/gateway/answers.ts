import { once } from "node:events";
import { type ServerResponse, STATUS_CODES } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Fault } from "./faults.ts";

/** A request that the contract refuses; `detail` says what was wrong and what is right. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(status: number, detail: string, headers: Record<string, string> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

export function sendJson(response: ServerResponse, content: unknown): void {
  sendText(response, 200, { "Content-Type": "application/json" }, JSON.stringify(content));
}

/** RFC 9457. */
export function sendProblem(
  response: ServerResponse,
  { status, headers, message }: Pick<Refusal, "status" | "headers" | "message">,
): void {
  const problem = { title: STATUS_CODES[status] ?? "Error", status, detail: message };
  const type = { "Content-Type": "application/problem+json" };
  sendText(response, status, { ...type, ...headers }, JSON.stringify(problem));
}

export function sendText(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  text: string,
): void {
  response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

/**
 * Streams a body, and spoils it as a fault says.
 *
 * Writing waits for the socket to drain, so a slow client costs no memory.
 * Returns the number of bytes that were handed to the socket; rejects when the
 * client hangs up.
 */
export async function sendBody(
  response: ServerResponse,
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { size, mediaType, fault, closed }: BodyOptions,
): Promise<number> {
  const cut = fault?.do === "reset" || fault?.do === "end-early" ? fault.afterBytes : size;
  const told = fault?.do === "end-early" ? fault.contentLength : "full";
  const length = { absent: undefined, short: Math.min(cut, size), full: size }[told];
  response.writeHead(200, {
    "Content-Type": mediaType,
    ...(length === undefined ? {} : { "Content-Length": length }),
  });
  response.flushHeaders();

  let sent = 0;
  for await (const piece of fault?.do === "trickle" ? inPieces(body, fault, closed) : body) {
    closed.throwIfAborted();
    const wanted = piece.subarray(0, cut - sent);
    sent += wanted.byteLength;
    if (!response.write(wanted)) await once(response, "drain", { signal: closed });
    if (sent >= cut) break;
  }

  if (fault?.do === "reset") response.socket?.resetAndDestroy();
  else if (told === "full" && sent < size) response.socket?.end();
  else response.end();
  return sent;
}

interface BodyOptions {
  readonly size: number;
  readonly mediaType: string;
  readonly fault: Fault | undefined;
  readonly closed: AbortSignal;
}

async function* inPieces(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { bytes, everyMs }: { bytes: number; everyMs: number },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    for (let at = 0; at < chunk.byteLength; at += bytes) {
      await pause(everyMs, undefined, { signal });
      yield chunk.subarray(at, at + bytes);
    }
  }
}

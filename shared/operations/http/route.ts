import { z } from "zod";
import type { Caller, Role } from "../caller.ts";
import { roles } from "../caller.ts";
import { OperationError } from "../operation-error.ts";
import type { OperationsPorts } from "../ports.ts";

/** What the platform hands over of a request. */
export interface OperationRequest {
  readonly method: string;
  readonly url: URL;
  readonly header: (name: string) => string | undefined;
  readonly body: Uint8Array;
}

export interface OperationAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A request that has found its route and may take it. */
export interface Call {
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Uint8Array;
  readonly header: (name: string) => string | undefined;
  /** Where the routes begin, `/api/operations`. */
  readonly base: string;
  /** False once the request has taken as long as it may. */
  readonly mayGoOn: () => boolean;
}

/** One thing that operators can ask for. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT";
  /** `connectors/:id/test`. */
  readonly path: string;
  /** Any one of these is enough. */
  readonly roles: readonly Role[];
  /** Fixed words: what the log and the operators' chain call it. */
  readonly action: string;
  /** What the operators' chain says of it, before it is done; absent for what changes and shows nothing. */
  readonly trace?: (call: Call, ports: OperationsPorts) => Trace | undefined;
  readonly answer: (call: Call, ports: OperationsPorts) => Promise<OperationAnswer>;
}

/** Ids, codes and counts. */
export interface Trace {
  readonly why?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** States and counts: for everyone who has a role. */
export const everyRole: readonly Role[] = roles;

const JSON_TYPE = "application/json; charset=utf-8";

export function json(value: unknown, status = 200, headers: Record<string, string> = {}) {
  const body = JSON.stringify(value, undefined, 2);
  return { status, headers: { "content-type": JSON_TYPE, ...headers }, body };
}

/** A file to be saved: what a stranger wrote is never shown by the browser itself. */
export function file(
  body: string | Uint8Array,
  { name, type }: { name: string; type: string },
  headers: Record<string, string> = {},
): OperationAnswer {
  const disposition = `attachment; filename="${name.replaceAll(/[^A-Za-z0-9._-]/g, "_")}"`;
  const safe = { "content-type": type, "content-disposition": disposition };
  return { status: 200, headers: { ...safe, ...headers }, body };
}

/** The body of a call, checked. Throws `OperationError` that names each wrong field. */
export function jsonBody<T>(schema: z.ZodType<T>, { body }: Call): T {
  let value: unknown;
  try {
    value = body.byteLength === 0 ? {} : JSON.parse(Buffer.from(body).toString());
  } catch {
    // The parser's message quotes the body, which may name people.
    throw new OperationError("bad-request", "The body is not JSON.");
  }
  return checked(schema, value);
}

/** The query of a call, checked. Throws `OperationError` that names each wrong field. */
export function queryOf<T>(schema: z.ZodType<T>, { query }: Call): T {
  return checked(schema, Object.fromEntries(query));
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => {
    const extra = issue.code === "unrecognized_keys" ? issue.keys : [];
    const where = [...issue.path, ...extra].join(".") || "The request";
    return `${where}: ${issue.code === "unrecognized_keys" ? "is not known here" : issue.message}`;
  });
  throw new OperationError("bad-request", faults.join("\n"));
}

/** Why an operator asks for it: stands beside every change for as long as the evidence does. */
export const Why = z
  .string({ error: "must say why, in a few words: it stays beside what is done" })
  .trim()
  .min(1, "must say why, in a few words: it stays beside what is done")
  .max(500, "must not be longer than 500 characters");

/**
 * The reason of a call whose body is a file: the header `x-archive-why`, percent-encoded.
 * Not in the address, since hosts log that, and a reason may name somebody.
 */
export function whyHeader({ header }: Call): string {
  return checked(z.object({ why: Why }), { why: decoded(header("x-archive-why")) }).why;
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    // A lone percent sign: taken as it stands.
    return text;
  }
}

export const Day = z.iso.date("must be a day, yyyy-MM-dd");

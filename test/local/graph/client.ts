import type { TestContext } from "node:test";
import { type GraphControl, graphControl } from "../../../local/graph/control.ts";
import { readUser, type User } from "../../../local/graph/directory.ts";
import type { GraphOptions } from "../../../local/graph/options.ts";
import { startGraph } from "../../../local/graph/start.ts";

/** An answer, read whole. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of many shapes.
  readonly body: any;
}

type Extra = Readonly<Record<string, string>>;

export interface Client {
  readonly url: string;
  readonly control: GraphControl;
  get(path: string, headers?: Extra): Promise<Reply>;
  post(path: string, body?: unknown, headers?: Extra): Promise<Reply>;
  patch(path: string, body: unknown, headers?: Extra): Promise<Reply>;
  delete(path: string, headers?: Extra): Promise<Reply>;
  /** Any request, without a token; `path` may be a whole address. */
  raw(path: string, init?: RequestInit): Promise<Reply>;
}

export const ANN = "a0000000-0000-4000-8000-000000000001";
export const BOB = "b0000000-0000-4000-8000-000000000002";
export const KEY = "String {5c34a1b6-4f0e-4b7c-9b1d-3f2a7e6d8c90} Name ArchiveItemKey";
export const IMMUTABLE = { Prefer: 'IdType="ImmutableId"' };

/** What makes a created message no draft, with its times. */
export const RECEIVED_MAIL = [
  { id: "Integer 0x0E07", value: "1" },
  { id: "SystemTime 0x0039", value: "2026-03-04T05:06:07Z" },
  { id: "SystemTime 0x0E06", value: "2026-03-04T05:06:08Z" },
];

/** Starts a stand-in with Ann and Bob, and stops it when the test ends. */
export async function standIn(t: TestContext, options: GraphOptions = {}): Promise<Client> {
  const running = await startGraph({ users: [ann(), bob()], ...options });
  t.after(() => running.stop());
  return clientOf(running.url);
}

export function clientOf(url: string): Client {
  const send =
    (method: string) =>
    (path: string, body?: unknown, headers: Extra = {}) =>
      raw(url, `/v1.0${path}`, {
        method,
        headers: { Authorization: "Bearer token", "Content-Type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
  return {
    url,
    control: graphControl(url),
    get: (path, headers) => send("GET")(path, undefined, headers),
    post: send("POST"),
    patch: send("PATCH"),
    delete: (path, headers) => send("DELETE")(path, undefined, headers),
    raw: (path, init) => raw(url, path, init),
  };
}

export function ann(change: Partial<User> = {}): User {
  return readUser({ id: ANN, userPrincipalName: "ann@contoso.com", ...change }, "ann");
}

export function bob(change: Partial<User> = {}): User {
  return readUser({ id: BOB, userPrincipalName: "bob@contoso.com", ...change }, "bob");
}

/** A file as a JSON body carries it. */
export function file(name: string, content: Buffer | string = "content") {
  return {
    "@odata.type": "#microsoft.graph.fileAttachment",
    name,
    contentType: "application/octet-stream",
    contentBytes: Buffer.from(content).toString("base64"),
  };
}

/** A message that was received, with a key. */
export function archived(key: string, more: object = {}) {
  return {
    subject: `Message ${key}`,
    internetMessageId: `<${key}@archive.example>`,
    singleValueExtendedProperties: [...RECEIVED_MAIL, { id: KEY, value: key }],
    ...more,
  };
}

export function filter(text: string): string {
  return `$filter=${encodeURIComponent(text)}`;
}

async function raw(url: string, path: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(path.startsWith("http") ? path : url + path, init);
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = (response.headers.get("content-type") ?? "").startsWith("application/json");
  const body = isJson ? JSON.parse(bytes.toString("utf8")) : undefined;
  return { status: response.status, headers: response.headers, bytes, body };
}

import { createReadStream } from "node:fs";
import { syntheticBody } from "./synthetic-body.ts";

export const mediaTypes = ["message/rfc822", "application/json"] as const;
export type MediaType = (typeof mediaTypes)[number];

/** Where an item's bytes come from: memory, a file, or made while they are read. */
export type Body =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "file"; readonly path: string; readonly size: number }
  | { readonly kind: "synthetic"; readonly seed: number; readonly size: number };

/** One archived thing, as the gateway holds it. */
export interface Item {
  readonly type: string;
  readonly id: string;
  readonly receivedAt: Date;
  readonly mediaType: MediaType;
  readonly body: Body;
}

/** The exact number of bytes that `readBody` will give. */
export function bodySize(body: Body): number {
  return body.kind === "bytes" ? body.bytes.byteLength : body.size;
}

/** The item's bytes in pieces; a file or a synthetic body is never held whole. */
export function readBody(item: Item): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  switch (item.body.kind) {
    case "bytes":
      return [item.body.bytes];
    case "file":
      return createReadStream(item.body.path);
    case "synthetic":
      return syntheticBody(item, item.body);
  }
}

import { hash } from "node:crypto";
import type { Delivery } from "./delivery.ts";

/** `i-` + 32 hex digits: never a bare number, which the Functions host would parse and round. */
export const ITEM_KEY = /^i-[0-9a-f]{32}$/;

/**
 * The identity of an item: what its connector's source calls it.
 *
 * A connector id holds no line break, so two different pairs never join to the
 * same text.
 */
export function itemKey(connector: string, sourceItemId: string): string {
  return `i-${sha256(`${connector}\n${sourceItemId}`).slice(0, 32)}`;
}

/** What a delivery is called in its mailbox: 64 hex digits, since Graph compares such values without case. */
export function deliveryKey({ itemKey, mailbox }: Delivery): string {
  return sha256(`${itemKey}\n${mailbox}`);
}

/** The `Message-ID` of a delivery's mailbox item. `.invalid` (RFC 2606) can belong to no one. */
export function internetMessageId(delivery: Delivery): string {
  return `<${deliveryKey(delivery)}@archive.invalid>`;
}

/** Lower-case hex, over the UTF-8 text or the bytes. */
export function sha256(content: string | Uint8Array): string {
  return hash("sha256", content);
}

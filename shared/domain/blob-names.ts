import { ITEM_KEY } from "./item-key.ts";

export type MediaType = "message/rfc822" | "application/json";

const EXTENSION: Record<MediaType, string> = {
  "message/rfc822": "eml",
  "application/json": "json",
};

/** `{connector}/{yyyy}/{MM}/{dd}/{itemKey}`, by the UTC day on which the source received the item. */
function stem(connector: string, receivedAt: Date, itemKey: string): string {
  return `${connector}/${receivedAt.toISOString().slice(0, 10).replaceAll("-", "/")}/${itemKey}`;
}

export function rawName(
  connector: string,
  receivedAt: Date,
  itemKey: string,
  mediaType: MediaType,
): string {
  return `${stem(connector, receivedAt, itemKey)}.${EXTENSION[mediaType]}`;
}

/** The name of a receipt; `n` from 1 on names the further ones, which start a conversion again. */
export function receiptName(connector: string, receivedAt: Date, itemKey: string, n = 0): string {
  return `${stem(connector, receivedAt, itemKey)}${n === 0 ? "" : `.${n}`}.json`;
}

/** The name of a rendered email; each conversion writes its own, so that no email is ever changed. */
export function emailName(connector: string, receivedAt: Date, itemKey: string, n = 0): string {
  return `${stem(connector, receivedAt, itemKey)}${n === 0 ? "" : `.${n}`}.eml`;
}

/**
 * What the name of a receipt says; nothing when it is not one.
 *
 * Event Grid filters by a subject that anyone with the right role can change, and
 * checks no path: whoever is called with a name makes sure of it.
 */
export function parseReceiptName(
  name: string,
): { connector: string; itemKey: string; n: number } | undefined {
  const match = /^([^/]+)\/\d{4}\/\d{2}\/\d{2}\/(i-[0-9a-f]+)(?:\.(\d+))?\.json$/.exec(name);
  const [, connector, itemKey, n] = match ?? [];
  if (!connector || !itemKey || !ITEM_KEY.test(itemKey)) return undefined;
  return { connector, itemKey, n: Number(n ?? 0) };
}

/**
 * The end of the UTC day that a blob's name tells: no later than 24 hours after
 * the source received the item. Throws for a name that tells none.
 */
export function endOfDay(name: string): Date {
  const match = /^[^/]+\/(\d{4})\/(\d{2})\/(\d{2})\//.exec(name);
  const end = match ? Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + 1) : NaN;
  if (Number.isNaN(end)) throw new TypeError("The blob's name tells no day.");
  return new Date(end);
}

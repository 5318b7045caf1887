import { renderEmail } from "../../connectors/render/render-email.ts";
import { RejectedItemError } from "../../domain/errors.ts";
import { mapMessage } from "../../pipeline/map-message.ts";
import type { ItemRow, OpenFile } from "../../pipeline/ports.ts";
import { readItem } from "../../pipeline/read-item.ts";
import { gather } from "../../pipeline/streams.ts";
import { OperationError } from "../operation-error.ts";
import type { OperationsPorts } from "../ports.ts";
import { noSuchItem } from "./show-item.ts";

/** So much of a file goes in one answer; what is larger is asked for in parts. */
const MOST_IN_AN_ANSWER = 16 * 1_048_576;

export interface Part {
  readonly bytes: Buffer;
  /** Of the whole. */
  readonly size: number;
  readonly from: number;
  /** Of the whole, lower-case hex, where it is on record. */
  readonly sha256?: string;
  readonly extension: "eml" | "json";
}

/** An item's raw bytes, as the source gave them. */
export async function rawOf(key: string, from: number, ports: OperationsPorts): Promise<Part> {
  const item = await itemOf(key, ports);
  const extension = item.mediaType === "message/rfc822" ? "eml" : "json";
  const part = await open(item.raw, from, ports);
  if (!part) {
    throw new OperationError("not-found", `raw/${item.raw.blob} is not there: run \`verify\`.`);
  }
  return { ...part, sha256: item.sha256, extension };
}

/**
 * An item as an email: the one that was imported; where that has served and was
 * deleted, or never was, one rendered from the raw item.
 */
export async function emailOf(key: string, from: number, ports: OperationsPorts): Promise<Part> {
  const item = await itemOf(key, ports);
  const stored = item.email && (await open(item.email, from, ports));
  if (stored) {
    const { emailSha256 } = item;
    return { ...stored, extension: "eml", ...(emailSha256 && { sha256: emailSha256 }) };
  }
  const bytes = await rendered(item, ports);
  const part = bytes.subarray(from, from + MOST_IN_AN_ANSWER);
  return { bytes: Buffer.from(part), size: bytes.byteLength, from, extension: "eml" };
}

async function rendered(item: ItemRow, ports: OperationsPorts): Promise<Uint8Array> {
  const connector = await ports.configuration.connector(item.connector);
  try {
    const read = await readItem(item, connector, ports.emails);
    const { message } = read;
    const at = message.sentAt ?? item.receivedAt;
    const { mapped } = await mapMessage(message.participants, connector, at, ports);
    return await renderEmail(await read.withFiles(read.files), {
      connector: connector.id,
      sourceItemId: item.sourceItemId,
      name: connector.name,
      receivedAt: item.receivedAt,
      mapped,
      leftOut: [],
      format: read.format,
    });
  } catch (error) {
    if (!(error instanceof RejectedItemError)) throw error;
    throw new OperationError(
      "conflict",
      `The item cannot be made an email (${error.code}): ask for it raw.`,
    );
  }
}

async function itemOf(key: string, { ledger }: OperationsPorts): Promise<ItemRow> {
  const item = await ledger.item(key);
  if (!item?.receipt) throw noSuchItem();
  return item;
}

async function open(
  pointer: ItemRow["raw"],
  from: number,
  { files }: OperationsPorts,
): Promise<Pick<Part, "bytes" | "size" | "from"> | undefined> {
  const opened: OpenFile | undefined = await files.open(pointer, {
    from,
    bytes: MOST_IN_AN_ANSWER,
  });
  return opened && { bytes: await gather(opened.chunks), size: opened.size, from };
}

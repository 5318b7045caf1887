import { createCipheriv } from "node:crypto";

/** Fixed: an item that moves to another received time keeps its bytes. */
const SENT_AT_MS = Date.UTC(2026, 0, 1, 9);
const LINE = 76;
const BLOCK_LINES = 840;

interface Frame {
  readonly head: string;
  readonly tail: string;
  /** What ends each line of base64: mail wants CRLF, a JSON string cannot have it. */
  readonly lineEnd: string;
}

/**
 * The bytes of a made-up item of exactly `size` bytes: one message with one file.
 *
 * It is a real email, or a real `RawMessage`, so that it can pass through every
 * stage. The same seed gives the same bytes, and no two blocks of the file are
 * equal, so a block lost, doubled or swapped changes the hash. The bytes are
 * made while they are read: an item of 1 GB costs one block of memory.
 */
export function* syntheticBody(
  item: { id: string; mediaType: string },
  { seed, size }: { seed: number; size: number },
): Generator<Uint8Array> {
  const frame = item.mediaType === "message/rfc822" ? emailFrame(item.id) : jsonFrame();
  const line = LINE + frame.lineEnd.length;
  const room = size - Buffer.byteLength(frame.head) - Buffer.byteLength(frame.tail);
  if (room < 0) {
    throw new RangeError(`A synthetic item cannot be ${size} bytes: it needs ${size - room}`);
  }

  const lines = Math.floor(room / line);
  const block = fillerBlock(seed, Math.min(BLOCK_LINES, lines), frame.lineEnd);
  yield Buffer.from(frame.head);
  for (let done = 0, index = 0; done < lines; done += BLOCK_LINES, index += 1) {
    const stamped = Buffer.from(block);
    stamped.write(String(index).padStart(12, "0"));
    yield stamped.subarray(0, Math.min(BLOCK_LINES, lines - done) * line);
  }
  // Spaces after the last boundary or brace mean nothing in either format.
  yield Buffer.from(frame.tail + " ".repeat(room - lines * line));
}

/** The smallest `size` that an item can have. */
export function smallestSyntheticBody(item: { id: string; mediaType: string }): number {
  const frame = item.mediaType === "message/rfc822" ? emailFrame(item.id) : jsonFrame();
  return Buffer.byteLength(frame.head) + Buffer.byteLength(frame.tail);
}

/** The first lines are the same however many are asked for. */
function fillerBlock(seed: number, count: number, lineEnd: string): Buffer {
  const key = Buffer.alloc(16);
  key.writeDoubleBE(seed);
  const cipher = createCipheriv("aes-128-ctr", key, Buffer.alloc(16));
  const text = cipher.update(Buffer.alloc((count * LINE * 3) / 4)).toString("base64");
  const lines = text.match(/.{76}/g) ?? [];
  return Buffer.from(lines.map((filler) => filler + lineEnd).join(""), "latin1");
}

function emailFrame(id: string): Frame {
  const head = [
    "From: Ann Example 15550101 <ann@contoso.com>",
    "To: Bob Example 15550102 <bob@contoso.com>",
    `Date: ${new Date(SENT_AT_MS).toUTCString().replace("GMT", "+0000")}`,
    "Subject: Message from 15550101 to 15550102",
    `X-TELEMESSAGE-ArchiveMessageID: ${headerText(id)}`,
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="synthetic"',
    "",
    "--synthetic",
    "Content-Type: text/plain; charset=UTF-8",
    "",
    "The file of this message was made up to be large.",
    "--synthetic",
    'Content-Type: application/octet-stream; name="made-up.bin"',
    'Content-Disposition: attachment; filename="made-up.bin"',
    "Content-Transfer-Encoding: base64",
    "",
    "",
  ];
  return { head: head.join("\r\n"), tail: "--synthetic--\r\n", lineEnd: "\r\n" };
}

/** RFC 2047 where the id is not plain ASCII. */
function headerText(text: string): string {
  return /^[!-~]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;
}

function jsonFrame(): Frame {
  const message = JSON.stringify({
    typ: "RawMessage",
    gatewayReceivedDate: SENT_AT_MS,
    networkType: "WHATSAPP",
    sourceType: "MOBILE",
    body: {
      messageType: "Mms",
      owner: { type: "PHONE", value: "15550101" },
      sender: { type: "PHONE", value: "15550101" },
      recipients: [{ type: "EMAIL", value: "bob@contoso.com" }],
      participantEnrichments: null,
      direction: "Outgoing",
      subject: "Message from 15550101 to 15550102",
      text: "The file of this message was made up to be large.",
      groupName: null,
      messageTime: SENT_AT_MS,
      attachment: [{ name: "made-up.bin", contentType: "application/octet-stream", content: "" }],
    },
  });
  const cut = message.lastIndexOf('""') + 1;
  return { head: message.slice(0, cut), tail: message.slice(cut), lineEnd: "" };
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { itemId } from "../../../shared/adapters/drop/item-id.ts";
import { sha256 } from "../../../shared/domain/item-key.ts";

const HEADER = "X-TELEMESSAGE-ArchiveMessageID";

async function* inPieces(text: string, bytes = 1_000): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(text, "latin1");
  for (let at = 0; at < all.length; at += bytes) yield all.subarray(at, at + bytes);
}

const idOf = (text: string, mediaType: "message/rfc822" | "application/json" = "message/rfc822") =>
  itemId(inPieces(text), mediaType, { toEnd: false });

test("an email is known by its archive message id, whatever its case and folding", async () => {
  for (const header of [`${HEADER}: m1`, `${HEADER.toLowerCase()}:m1`, `${HEADER} :\r\n\t m1 `]) {
    assert.equal(await idOf(`From: ann@contoso.com\r\n${header}\r\n\r\nText`), "m1", header);
    assert.equal(await idOf(`${header.replaceAll("\r\n", "\n")}\nFrom: x\n\nText`), "m1", header);
  }
});

test("an id in the body, as of a wrapped or quoted mail, is not the item's own", async () => {
  const text = `From: ann@contoso.com\r\n\r\n${HEADER}: other\r\n\r\nText`;

  assert.equal(await idOf(text), sha256(Buffer.from(text)));
});

test("an id that is empty, too long or not ASCII does not name an item", async () => {
  for (const id of ["", "   ", "x".repeat(513), "m\u00fc"]) {
    const text = `${HEADER}: ${id}\r\n\r\nText`;

    assert.equal(await idOf(text), sha256(Buffer.from(text, "latin1")), id);
  }
});

test("an id beyond the first 64 KB is not looked for, nor one that is cut there", async () => {
  const filler = `X-Filler: ${"x".repeat(90)}\r\n`;
  const long = `${filler.repeat(700)}${HEADER}: m1\r\n\r\nText`;
  const cut = `X-Filler: ${"x".repeat(65_536 - 40 - 10)}\r\n${HEADER}: m1-and-more\r\n\r\n`;

  for (const text of [long, cut]) {
    assert.equal(await idOf(text), sha256(Buffer.from(text)));
  }
});

test("a JSON item is known by its bytes", async () => {
  const text = `{"${HEADER}":"m1"}`;

  assert.equal(await idOf(text, "application/json"), sha256(text));
});

test("the same bytes have the same id, in however many pieces they come", async () => {
  const text = `From: ann@contoso.com\r\n\r\n${"See you at nine.\r\n".repeat(10_000)}`;

  const ids = await Promise.all(
    [1, 100, 65_535, 65_536, 65_537, 1_000_000].map((bytes) =>
      itemId(inPieces(text, bytes), "message/rfc822", { toEnd: true }),
    ),
  );

  assert.deepEqual(new Set(ids), new Set([sha256(text)]));
});

test("only the head is read where the id is all that is asked for", async () => {
  let read = 0;
  async function* counted() {
    for await (const piece of inPieces(`${HEADER}: m1\r\n\r\n${"x".repeat(1_000_000)}`)) {
      read += piece.byteLength;
      yield piece;
    }
  }

  await itemId(counted(), "message/rfc822", { toEnd: false });
  assert.ok(read < 70_000, `${read} bytes`);

  read = 0;
  await itemId(counted(), "message/rfc822", { toEnd: true });
  assert.ok(read > 1_000_000, `${read} bytes`);
});

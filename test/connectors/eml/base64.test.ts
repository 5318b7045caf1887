import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { noHead, parseHead } from "../../../shared/connectors/eml/head.ts";
import { partDecoder } from "../../../shared/connectors/eml/transfer.ts";

const head = { ...parseHead(noHead, "text/plain"), encoding: "base64" };

/** As the splitter hands it over: in blocks that are lent. */
function decoded(text: string, blockBytes: number): string {
  const decoder = partDecoder({ index: 0, parent: undefined, depth: 0, head, kind: "leaf" });
  const bytes = Buffer.from(text, "latin1");
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const block = Buffer.from(bytes.subarray(at, at + blockBytes));
    parts.push(Uint8Array.from(decoder.push(block)));
    block.fill("A");
  }
  parts.push(decoder.end());
  return Buffer.concat(parts).toString("hex");
}

/** What the text says by the plain reading: groups of four, each padding ends a unit. */
function expected(text: string): string {
  const units = text.replace(/[^A-Za-z0-9+/=]+/g, "").split(/=+/);
  return Buffer.concat(units.map((unit) => Buffer.from(unit, "base64"))).toString("hex");
}

test("base64 is decoded alike in lines of one length, in any others, and in blocks of any size", () => {
  const lineEnds = fc.constantFrom("\r\n", "\n", "\r\n\r\n", " \r\n", "\r");
  const intruders = fc.constantFrom("", "!", "=", "==", "\n", "\u00e9", "-_", "AAA\r\n");
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 3_000 }),
      fc.constantFrom(1, 4, 60, 64, 72, 75, 76, 77, 998, 2_000),
      lineEnds,
      intruders,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 4_000 }),
      (content, lineLength, lineEnd, intruder, where, blockBytes) => {
        const base64 = Buffer.from(content).toString("base64");
        const lines = base64.replace(new RegExp(`.{1,${lineLength}}`, "g"), `$&${lineEnd}`);
        const at = Math.floor(where * lines.length);
        const text = lines.slice(0, at) + intruder + lines.slice(at);

        assert.equal(decoded(text, blockBytes), expected(text));
      },
    ),
    { numRuns: 2_000 },
  );
});

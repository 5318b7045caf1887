import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { archiveHeaders, readArchiveMarks } from "../../shared/connectors/archive-headers.ts";
import type { Message } from "../../shared/domain/message.ts";

const bare: Message = {
  kind: "text",
  subject: "",
  participants: [],
  attachments: [],
  notices: [],
  headers: [],
};

test("what a message is comes back from its headers, whatever its ids and names hold", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 });
  const message = fc.record(
    {
      id: text,
      original: fc.record({ id: text }, { noNullPrototype: true }),
      conversation: fc.record(
        { group: fc.boolean(), id: text, name: text },
        { requiredKeys: ["group"], noNullPrototype: true },
      ),
      call: fc.record(
        { status: text, durationSeconds: fc.nat(), video: fc.boolean() },
        { requiredKeys: ["status"], noNullPrototype: true },
      ),
    },
    { requiredKeys: [], noNullPrototype: true },
  );
  fc.assert(
    fc.property(message, fc.constantFrom("message", "received"), (said, timeFrom) => {
      const headers = archiveHeaders({ ...bare, ...said, kind: "edit" } as Message, timeFrom);

      assert.deepEqual(readArchiveMarks(headers), { kind: "edit", timeFrom, ...said });
      for (const { name, value } of headers) assert.match(`${name}: ${value}`, /^[!-~]+: [ -~]*$/);
    }),
  );
});

test("a header can be folded at each of its spaces, and no line of it is long", () => {
  const headers = archiveHeaders({ ...bare, id: "会".repeat(200) }, "message");

  const folded = headers.map(({ name, value }) => ({
    name,
    value: value.replaceAll(" ", "\r\n "),
  }));

  for (const { value } of headers) assert.ok(value.split(" ").every((it) => it.length <= 60));
  assert.deepEqual(readArchiveMarks(folded), readArchiveMarks(headers));
});

test("an email without our headers, or with others of such a name, is none of ours", () => {
  assert.equal(readArchiveMarks([{ name: "Subject", value: "x" }]), undefined);
  assert.equal(readArchiveMarks([{ name: "X-Archive-Kind", value: "video" }]), undefined);
});

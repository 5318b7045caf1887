import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { documents, mailboxesOf } from "./made-day.ts";

type Json = Record<string, unknown>;

const readable = documents
  .filter(({ expect }) => expect.outcome !== "malformed")
  .map((item) => ({ ...item, json: JSON.parse(Buffer.from(item.bytes).toString()) as Json }));
const imported = readable.filter(({ expect }) => expect.outcome === "imported");
const raws = readable.filter(({ json }) => json["typ"] === "RawMessage");
const reports = readable.filter(({ json }) => "messageContext" in json);

test("every document is a RawMessage or a telephone's report, but for the one that breaks off", () => {
  const broken = documents.filter(({ expect }) => expect.outcome === "malformed");

  assert.equal(broken.length, 2, "one of each network");
  for (const { bytes } of broken) {
    assert.throws(() => JSON.parse(Buffer.from(bytes).toString()), SyntaxError);
  }
  assert.equal(raws.length + reports.length, readable.length);
});

test("a RawMessage has the fields by which it is known", () => {
  for (const { json, about } of raws) {
    const body = json["body"] as Json;
    assert.equal(typeof json["gatewayReceivedDate"], "number", about);
    for (const field of ["messageType", "owner", "sender", "recipients", "text", "direction"]) {
      assert.ok(field in body, `${about}: ${field}`);
    }
    for (const key of Object.keys(body["participantEnrichments"] as Json)) {
      assert.deepEqual(Object.keys(JSON.parse(key)).sort(), ["type", "value"], "keys are JSON");
    }
  }
});

test("a telephone's report has the fields by which it is known; one lacks its sender", () => {
  const senderless = reports.filter(({ json }) => !("from" in json));

  for (const { json, about } of reports) {
    for (const field of ["messageTime", "to", "direction", "textContent", "attachment"]) {
      assert.ok(field in json, `${about}: ${field}`);
    }
  }
  assert.equal(senderless.length, 2, "one of each network");
});

test("every document holds the words and files that are expected of it", () => {
  for (const { json, expect, about } of imported) {
    const { text, subject, files } = contentOf(json);
    for (const shown of expect.shows) {
      assert.ok(`${subject}\n${text}`.includes(shown), `${about}: ${shown}`);
    }
    assert.deepEqual(files, expect.files, about);
  }
});

test("whose mailbox a document lies in follows from the numbers in it", () => {
  for (const { json, expect, about } of imported) {
    assert.deepEqual(mailboxesOf(numbersOf(json)), expect.mailboxes.toSorted(), about);
  }
});

test("a message time in its right place is the time that is expected of the item", () => {
  const odd = imported.filter(({ json, expect }) => {
    const body = json["body"] as Json | undefined;
    const time = body ? Number(body["messageTime"]) : Date.parse(String(json["messageTime"]));
    return !(Math.abs(time - expect.sentAt.getTime()) < 1000);
  });

  assert.equal(odd.length, 4, "two implausible times of each network");
  for (const { expect, receivedAt, about } of odd) {
    assert.equal(expect.sentAt.getTime(), Math.floor(receivedAt.getTime() / 1000) * 1000, about);
  }
});

test("attachments come alone, in a list, in both spellings of their size, or not at all", () => {
  const fields = raws.map(({ json }) => (json["body"] as Json)["attachment"]);
  const device = reports.flatMap(({ json }) => json["attachment"] as Json[]);

  assert.ok(fields.includes(null));
  assert.ok(fields.some(Array.isArray));
  assert.ok(fields.some((field) => field !== null && !Array.isArray(field)));
  assert.ok(device.length > 0 && device.every((file) => "attachSize" in file));
});

function contentOf(json: Json): { subject: string; text: string; files: unknown[] } {
  const body = (json["body"] ?? json) as Json;
  const field = body["attachment"] ?? [];
  const list = (Array.isArray(field) ? field : [field]) as Json[];
  return {
    subject: String(body["subject"]),
    text: String(body["text"] ?? body["textContent"]),
    files: list.map((file) => {
      const bytes = Buffer.from(String(file["content"]), "base64");
      assert.equal(bytes.byteLength, file["attachSize"] ?? file["attachmentSize"]);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      return { name: file["name"], size: bytes.byteLength, sha256 };
    }),
  };
}

function numbersOf(json: Json): string[] {
  const body = json["body"] as Json | undefined;
  if (!body) return [String(json["from"]), ...(json["to"] as string[])];
  const parties = [body["owner"], body["sender"], ...(body["recipients"] as unknown[])];
  return parties.map((party) => String((party as Json)["value"]));
}

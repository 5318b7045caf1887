import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deviations, type Outcome } from "../../../local/show/deviations.ts";
import type { TrafficItem } from "../../../local/traffic/item.ts";

const SENT = new Date("2026-03-02T08:10:05Z");
const FILE = { name: "agreement.pdf", size: 4, sha256: "ab".repeat(32) };
const ITEM: TrafficItem = {
  type: "WeChat",
  id: "1",
  receivedAt: new Date("2026-03-02T08:10:09.250Z"),
  mediaType: "message/rfc822",
  bytes: Buffer.from("raw"),
  about: "A document",
  expect: {
    outcome: "imported",
    mailboxes: ["ann@contoso.com"],
    shows: ["The signed <copy>."],
    files: [FILE],
    sentAt: SENT,
  },
};
const OPTIONS = {
  connectorOf: (type: string) => (type === "WeChat" ? "wechat" : undefined),
  isMoved: false,
};

describe("an item of the made-up day", () => {
  test("that lies whole in the mailboxes it should lie in is as it should be", () => {
    assert.deepEqual(deviations([ITEM], outcome(), OPTIONS), []);
  });

  test("that nobody has collected is missed, and those of a connector that is not asked for are not", () => {
    const nothing = outcome({ items: [], deliveries: [], messages: [] });

    const found = deviations([ITEM, { ...ITEM, type: "WhatsApp" }], nothing, OPTIONS);

    assert.deepEqual(found, [
      "wechat: A document: should be imported, is not collected",
      "wechat: A document: should lie with ann@contoso.com, lies with nobody",
    ]);
  });

  test("that is set aside with another code is told from what it should be", () => {
    const set = { items: [{ ...row(), state: "rejected", code: "malformed" }], deliveries: [] };
    const item: TrafficItem = {
      ...ITEM,
      expect: { ...ITEM.expect, outcome: "unmapped", mailboxes: [] },
    };

    const found = deviations([item], outcome({ ...set, messages: [] }), OPTIONS);

    assert.deepEqual(found, ["wechat: A document: should be unmapped, is malformed"]);
  });

  test("whose words, files, time or state were altered is told", () => {
    const altered = message({
      fields: { subject: "", body: { contentType: "text", content: "The signed" } },
      attachments: [{ ...FILE, sha256: "cd".repeat(32) }],
      sentAt: "2026-03-02T09:10:05.000Z",
      isDraft: true,
    });

    const found = deviations([ITEM], outcome({ messages: [altered] }), OPTIONS);

    assert.deepEqual(found, [
      "wechat: A document: words are missing (ann@contoso.com)",
      "wechat: A document: file agreement.pdf is missing or altered (ann@contoso.com)",
      "wechat: A document: should bear the time 2026-03-02T08:10:05.000Z, bears 2026-03-02T09:10:05.000Z (ann@contoso.com)",
      "wechat: A document: is a draft (ann@contoso.com)",
    ]);
  });

  test("that lies in a mailbox twice is told, for the ledger knows of one", () => {
    const twice = outcome({ messages: [message(), message({ id: "other" })] });

    assert.deepEqual(deviations([ITEM], twice, OPTIONS), [
      "ann@contoso.com holds 2 items, and the ledger knows of 1",
    ]);
  });

  test("that bears its time of receipt may bear another once it was received again", () => {
    const item: TrafficItem = {
      ...ITEM,
      expect: { ...ITEM.expect, sentAt: new Date("2026-03-02T08:10:09Z") },
    };

    assert.equal(deviations([item], outcome(), OPTIONS).length, 1);
    assert.deepEqual(deviations([item], outcome(), { ...OPTIONS, isMoved: true }), []);
  });
});

function row() {
  return { key: "i-1", connector: "wechat", sourceItemId: "1", state: "converted" };
}

function message(change: object = {}) {
  return {
    id: "m-1",
    fields: {
      subject: "WeChat message",
      body: { contentType: "html", content: "<p>The signed\n &lt;copy&gt;.</p>" },
    },
    attachments: [FILE],
    sentAt: SENT.toISOString(),
    receivedAt: SENT.toISOString(),
    isDraft: false,
    ...change,
  };
}

function outcome(change: Partial<Outcome> & { messages?: readonly object[] } = {}): Outcome {
  const { messages = [message()], ...rest } = change;
  return {
    items: [row()],
    deliveries: [{ itemKey: "i-1", mailbox: "guid-ann", mailboxItemId: "m-1" }],
    // Of a kept message only what is looked at.
    mailboxes: [{ id: "guid-ann", name: "ann@contoso.com", messages: messages as never }],
    ...rest,
  };
}

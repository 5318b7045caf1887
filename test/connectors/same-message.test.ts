import assert from "node:assert/strict";
import { test } from "node:test";
import { readJson } from "../../shared/connectors/json/read-json.ts";
import { sameMessageKey } from "../../shared/connectors/same-message.ts";
import { rawMessage } from "./json/items.ts";

const receivedAt = new Date("2026-11-20T05:00:00Z");
const group = { groupName: { name: "Deal team", id: "g-7", type: "Group" } };
const png = { name: "a.png", contentType: "image/png", content: "iVBORw0KGgo=" };

function keyOf(body: object): string | undefined {
  const bytes = Buffer.from(JSON.stringify(rawMessage(body)));
  return sameMessageKey(readJson(bytes, { receivedAt, name: "WeChat" }));
}

/** What Ann wrote, as it was archived from the phone of somebody else in the chat. */
const fromAnother = {
  owner: { value: "15550101" },
  sender: { value: "+15550100" },
  recipients: [{ value: "+15550101" }],
  direction: "Incoming",
};

test("a message of a chat of two has one key from either phone", () => {
  const own = keyOf({});

  assert.notEqual(own, undefined);
  assert.equal(keyOf(fromAnother), own);
});

test("a message of a group has one key from every phone, whoever else each of them lists", () => {
  const own = keyOf({ ...group, attachment: [png] });
  const others = keyOf({
    ...group,
    ...fromAnother,
    recipients: [{ value: "15550101" }, { value: "15550102" }],
    attachment: [{ ...png, name: "renamed-on-this-phone.png" }],
  });

  assert.notEqual(own, undefined);
  assert.equal(others, own);
});

test("another sender, chat, time, text, file or original is another message", () => {
  const own = keyOf(group);
  const others = [
    { sender: { value: "15550109" } },
    { groupName: { name: "Deal team", id: "g-8" } },
    { messageTime: 1_795_078_800_124 },
    { text: "hello" },
    { attachment: [png] },
    { messageType: "Edit", originalMessageId: "1795078800000_15550100_0" },
  ];

  assert.notEqual(own, undefined);
  for (const other of others) assert.notEqual(keyOf({ ...group, ...other }), own);
});

test("a time to the second does not tell two messages apart: nothing is merged by it", () => {
  assert.equal(keyOf({ messageTime: "2026-11-19T09:00:00Z" }), undefined);
});

test("the network's own id tells messages of one second apart, when the sender is in it", () => {
  const second = { messageTime: "2026-11-19T09:00:00Z" };
  const first = keyOf({ ...second, messageId: "1795078800000_15550100_0" });
  const next = keyOf({ ...second, messageId: "1795078800250_15550100_0" });

  assert.ok(first);
  assert.ok(next);
  assert.notEqual(first, next);
});

test("an id that may hold whose phone it was is no ground to merge on", () => {
  for (const messageId of ["archive-15550100-1", "1795078800000_15550199_0", "1_15550100_0"]) {
    assert.equal(keyOf({ messageId }), undefined);
  }
});

test("nothing is merged where the sender, the chat or the content is not certain", () => {
  assert.equal(keyOf({ sender: { value: "UNKNOWN" } }), undefined);
  assert.equal(keyOf({ recipients: [{ value: "UNKNOWN" }] }), undefined);
  assert.equal(keyOf({ recipients: [{ value: "15550101" }, { value: "15550102" }] }), undefined);
  assert.equal(keyOf({ groupName: "Deal team" }), undefined);
  assert.equal(keyOf({ text: "" }), undefined);
  assert.equal(keyOf({ messageTime: null }), undefined);
});

test("calls, deletions and events happen on each phone, and are never merged", () => {
  for (const messageType of ["Call", "Deleted", "Join", "Event", "LuckyMoney"]) {
    assert.equal(keyOf({ ...group, messageType }), undefined, messageType);
  }
});

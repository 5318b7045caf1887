import assert from "node:assert/strict";
import { test } from "node:test";
import { fixtures } from "./fixtures.ts";
import { deviceMessage, rawMessage, read, readValue } from "./items.ts";

test("every shape gives the same message of who wrote what to whom, and when", () => {
  const ofShapes = [
    rawMessage(),
    (rawMessage() as { body: object }).body,
    deviceMessage({ direction: "Out", from: "15550100", to: ["15550101"] }),
    {
      providerNetwork: "T-Mobile",
      segmentedData: null,
      tmobileMessage: {
        from: "15550100",
        to: ["15550101"],
        textContent: "Hello",
        direction: "Out",
        messageContext: "app-message",
        messageDate: 1_795_078_800_000,
      },
    },
  ];

  for (const shape of ofShapes) {
    const message = readValue(shape);

    assert.equal(message.kind, "text");
    assert.equal(message.text, "Hello");
    assert.equal(message.sentAt?.toISOString().slice(0, 19), "2026-11-19T09:00:00");
    assert.equal(message.subject, "WeChat message from 15550100 to 15550101");
    assert.deepEqual(message.participants, [
      { role: "sender", number: "15550100" },
      { role: "recipient", number: "15550101" },
    ]);
    assert.deepEqual(message.notices, []);
  }
});

test("names and addresses of participants come from enrichments, whose keys are JSON texts", () => {
  const { participants } = read("002-group-chinese");

  assert.deepEqual(participants.slice(0, 2), [
    { role: "sender", number: "15550100", name: "安 例", address: "ann@contoso.com" },
    { role: "recipient", number: "15550101", name: "Bob Example", address: "bob@contoso.com" },
  ]);
});

test("the type of a participant decides nothing: digits are a number, x@y is an address", () => {
  const recipients = ["15550101", "+15550102", "bob@contoso.com", "wxid_dee77", "Dee Example"];
  const message = readValue(
    rawMessage({ recipients: recipients.map((value) => ({ type: "EMAIL", value })) }),
  );

  assert.deepEqual(message.participants.slice(1), [
    { role: "recipient", number: "15550101" },
    { role: "recipient", number: "+15550102" },
    { role: "recipient", address: "bob@contoso.com" },
    { role: "recipient", handle: "wxid_dee77" },
    { role: "recipient", handle: "Dee Example" },
  ]);
});

test("whoever the archive belongs to took part, though no list names him", () => {
  const recipients = [{ value: "15550102" }];
  const message = readValue(
    rawMessage({ sender: { value: "15550101" }, recipients, direction: "Incoming" }),
  );

  assert.deepEqual(
    message.participants.map((it) => it.number),
    ["15550101", "15550102", "15550100"],
  );
});

test("a device message without `from` was sent by the one whose phone it is, if it went out", () => {
  const sent = readValue(deviceMessage({ from: undefined, direction: "Out", to: ["15550101"] }));
  const received = readValue(deviceMessage({ from: undefined }));

  assert.deepEqual(sent.participants[0], { role: "sender", number: "15550100" });
  assert.equal(sent.subject, "WeChat message from 15550100 to 15550101");
  assert.deepEqual(received.participants, [{ role: "recipient", number: "15550100" }]);
  assert.equal(received.subject, "WeChat message from UNKNOWN to 15550100");
});

test("one number written in two ways is one participant", () => {
  const recipients = [{ value: "+1 555 0101" }, { value: "15550101" }];
  const { participants } = readValue(rawMessage({ recipients }));

  assert.deepEqual(participants.slice(1), [{ role: "recipient", number: "+1 555 0101" }]);
});

test("recipients whom the source does not know are kept, and counted for the reader", () => {
  const { participants, notices, conversation } = readValue(
    rawMessage({ recipients: [{ value: "UNKNOWN" }, { value: "UNKNOWN" }] }),
  );

  assert.deepEqual(participants.slice(1), [{ role: "recipient", handle: "UNKNOWN" }]);
  assert.deepEqual(notices, ["The source did not know 2 of the recipients."]);
  assert.equal(conversation, undefined);
});

test("256 participants are all the source lists: the item says that others may have taken part", () => {
  const cut = read("048-participants-cut");

  assert.equal(cut.participants.length, 257);
  assert.match(cut.notices.join(), /256 participants at most/);
});

test("a time of the year 57300 is shown to the reader and taken for nothing", () => {
  const message = read("044-time-of-the-year-57300");

  assert.equal(message.sentAt, undefined);
  assert.match(message.notices.join(), /cannot be \(57300-06-03T18:46:03Z\)/);
});

test("a message time is epoch milliseconds or ISO 8601, in UTC where it says no zone", () => {
  const written = [
    1_795_078_800_000,
    "1795078800000",
    "2026-11-19T09:00:00Z",
    "2026-11-19T10:30:00+0130",
    "2026-11-19T04:00:00.000-05:00",
    "2026-11-19 09:00:00",
  ];

  for (const messageTime of written) {
    const { sentAt } = readValue(rawMessage({ messageTime }));

    assert.equal(sentAt?.toISOString(), "2026-11-19T09:00:00.000Z");
  }
});

test("a time before mobile messages, or a day and more after the item was received, is not believed", () => {
  for (const messageTime of [0, 1_795_078, "1970-01-01T00:00:00Z", "2026-11-21T05:00:01Z"]) {
    const message = readValue(rawMessage({ messageTime }));

    assert.equal(message.sentAt, undefined);
    assert.match(message.notices.join(), /cannot be/);
  }
});

test("a message 180 days late keeps its own time, and needs no notice", () => {
  const message = read("051-late");

  assert.equal(message.sentAt?.toISOString(), "2026-05-23T09:00:00.000Z");
  assert.deepEqual(message.notices, []);
});

test("bidi isolates leave the text, the subject and the names", () => {
  const message = read("049-bidi-isolates");

  assert.equal(message.text, "Dee Example joined using this group's invite link");
  assert.equal(message.conversation?.name, "Deal team");
});

test("a text that looks like base64 is a text", () => {
  for (const text of ["test", "Okay", "call", "SGVsbG8gd29ybGQ="]) {
    assert.equal(readValue(rawMessage({ text })).text, text);
    assert.equal(readValue(deviceMessage({ textContent: text })).text, text);
  }
});

test("the parts of a long short message lie in one conversation, each with its place in the subject", () => {
  const first = read("036-segment-first");
  const last = read("037-segment-last");

  assert.deepEqual([first.kind, last.kind], ["segment", "segment"]);
  assert.equal(first.subject, "SMS from 15550100 to 15550101 (part 1 of 2)");
  assert.equal(last.subject, "SMS from 15550100 to 15550101 (part 2 of 2)");
  assert.deepEqual(first.conversation, last.conversation);
});

test("both directions of a chat lie in one conversation", () => {
  const outgoing = readValue(rawMessage());
  const incoming = readValue(
    rawMessage({ sender: { value: "+15550101" }, recipients: [{ value: "15550100" }] }),
  );

  assert.notEqual(outgoing.conversation?.id, undefined);
  assert.deepEqual(incoming.conversation, outgoing.conversation);
});

test("a group is known by its id, and named as its members see it", () => {
  const ways = [
    rawMessage({ groupName: { name: "Deal team", id: "g-7", type: "Group" } }),
    rawMessage({ group: { name: "Deal team", id: "g-7" } }),
    deviceMessage({ groupMessage: true, dialogGroupName: "Deal team", dialogGroupId: "g-7" }),
  ];

  for (const way of ways) {
    const { conversation } = readValue(way);

    assert.deepEqual(conversation, { group: true, id: "g-7", name: "Deal team" });
  }
});

test("an object of no shape we know becomes a message that says so, with the raw one attached", () => {
  const value = { from: "15550101", to: ["15550100"], something: { new: true } };
  const message = readValue(value);

  assert.equal(message.kind, "unknown");
  assert.deepEqual(
    message.participants.map((it) => it.number),
    ["15550101", "15550100"],
  );
  assert.equal(
    Buffer.from(message.attachments[0]?.content ?? []).toString(),
    JSON.stringify(value),
  );
  assert.match(message.notices.join(), /The raw message is attached/);
});

test("a field that holds something else is named, costs no other field, and the raw message is attached", () => {
  const message = read("043-fields-of-another-type");

  assert.deepEqual(
    message.participants.map((it) => it.number),
    ["15550100", "15550101", "15550102"],
  );
  assert.equal(message.text, "42");
  assert.match(
    message.notices.join(),
    /some participants, the field direction, the field messageTime/,
  );
  assert.equal(message.attachments.at(-1)?.name, "message.json");
});

test("an id that JSON's numbers cannot hold is not taken for another one", () => {
  const json = JSON.stringify(deviceMessage({ messageId: 0 })).replace(
    '"messageId":0',
    '"messageId":12345678901234567890',
  );
  const message = readValue(JSON.parse(json));

  assert.equal(message.id, undefined);
  assert.match(message.notices.join(), /the field messageId/);
});

test("a list of one item is that item", () => {
  assert.equal(readValue([rawMessage()]).text, "Hello");
});

test("an item nobody could read whole still names everyone who took part", () => {
  const unread = fixtures.filter(({ title }) => /^04[123]/.test(title));

  for (const { title } of unread) assert.ok(read(title).participants.length > 1, title);
});

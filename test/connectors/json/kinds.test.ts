import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceMessage, rawMessage, read, readValue } from "./items.ts";

test("an edit, a deletion and a recall are items of their own, tied to the message that they change", () => {
  const original = "1795078800000_15550101_0";
  const changes = [
    ["017-edit", "edit", original, "EDIT READ WeChat message from 15550101 to 15550100"],
    [
      "018-deleted-for-me",
      "delete",
      original,
      "DELETED For Me - UNKNOWN WeChat message from 15550101 to 15550100",
    ],
    [
      "019-deleted-for-all",
      "delete",
      original,
      "DELETED For All - UNREAD WeChat message from 15550101 to 15550100",
    ],
    [
      "020-all-messages-deleted",
      "delete",
      "1795079220000_15550100_0",
      "DELETED - UNKNOWN WeChat message from 15550100 to 15550101",
    ],
    [
      "021-recalled",
      "delete",
      "raw-21",
      "RECALLED WeChat message from 15550100 to chat group Deal team",
    ],
    ["022-reaction", "reaction", "raw-21", "WeChat reaction from 15550100 to chat group Deal team"],
  ] as const;

  for (const [title, kind, id, subject] of changes) {
    const message = read(title);

    assert.deepEqual([message.kind, message.original, message.subject], [kind, { id }, subject]);
  }
});

test("the id of an edited message is read from its id, its own field, or the line in its text", () => {
  const byId = readValue(deviceMessage({ messageId: "EDIT-1795078800000_15550101_0-12" }));
  const byField = readValue(rawMessage({ messageType: "Edit", originalMessageId: "raw-1" }));
  const byText = readValue(
    rawMessage({ messageType: "Deleted", text: "Original Message (Msg ID - raw-1)\nHello" }),
  );

  assert.equal(byId.original?.id, "1795078800000_15550101_0");
  assert.equal(byField.original?.id, "raw-1");
  assert.equal(byText.original?.id, "raw-1");
});

test("joins, leaves, removals, foundings, renamings and new pictures say what happened in subject and body", () => {
  const events = [
    ["023-join", "Join"],
    ["024-leave", "Leave"],
    ["025-remove", "Remove"],
    ["026-create", "Create"],
    ["027-rename", "Rename"],
    ["028-profile-image", "ChangeProfileImage"],
  ] as const;

  for (const [title, event] of events) {
    const { kind, subject, details } = read(title);

    assert.equal(kind, "event");
    assert.equal(subject, `WeChat event from 15550100 to chat group Deal team: ${event}`);
    assert.ok(details?.some((it) => it.label === "Event" && it.value === event));
  }
});

test("a call says how it ended, how long it took, and whether one could see each other", () => {
  assert.deepEqual(read("011-call").call, {
    status: "Call OK",
    durationSeconds: 125,
    video: false,
  });
  assert.deepEqual(read("012-call-missed-video").call, {
    status: "Missed",
    durationSeconds: 0,
    video: true,
  });
  assert.deepEqual(read("015-call-duration-in-milliseconds").call, {
    status: "Answered Externally",
    durationSeconds: 62,
  });
});

test("each status of a call has its words, and one that is not known stays as it came", () => {
  const statuses = ["1", 2, "3", "4", "5", "6", "7", "8", "9", "Ringing", ""].map(
    (callStatus) =>
      readValue(deviceMessage({ callInfo: { callStatus, recipientNum: "1" } })).call?.status,
  );

  assert.deepEqual(statuses, [
    "Call OK",
    "Missed",
    "Failed",
    "Voice Mail",
    "Rejected",
    "Busy",
    "Blocked",
    "Answered Externally",
    "9",
    "Ringing",
    "unknown",
  ]);
});

test("subjects of calls read as TeleMessage's do", () => {
  const subjects = ["011-call", "012-call-missed-video", "014-voice-mail", "016-calls-grouped"].map(
    (title) => read(title).subject,
  );

  assert.deepEqual(subjects, [
    "WeChat voice call from 15550101 to 15550100",
    "WeChat unanswered video call from 15550101 to 15550100",
    "WeChat voice mail from 15550101 to 15550100",
    "Calls with multiple participants",
  ]);
});

test("a call that ended before it began keeps its times and loses its duration, with a word on it", () => {
  const callInfo = { callStatus: "1", startTime: 1_795_078_800_000, endTime: 1_795_078_000_000 };
  const { call, notices } = readValue(deviceMessage({ callInfo }));

  assert.equal(call?.durationSeconds, undefined);
  assert.match(notices.join(), /duration of the call that cannot be/);
});

test("a call without a message time has the time it started", () => {
  const callInfo = { callStatus: "1", startTime: "2026-11-19T09:00:00Z" };
  const { sentAt } = readValue(rawMessage({ messageTime: null, callInfo }));

  assert.equal(sentAt?.toISOString(), "2026-11-19T09:00:00.000Z");
});

test("an empty callInfo makes no call of a message", () => {
  const callInfo = { callID: "", recipientNum: "", callStatus: "", startTime: null, endTime: null };

  assert.equal(readValue(deviceMessage({ callInfo })).kind, "text");
});

test("places and contact cards can be read without opening a file", () => {
  const place = read("029-location").details;
  const contact = read("030-contact-card").details;

  assert.ok(place?.some((it) => it.label === "Location" && it.value === "51.50135, -0.14189"));
  assert.ok(place?.some((it) => it.value === "The office, 1 Example Street"));
  assert.ok(
    contact?.some((it) => it.label === "Contact" && it.value === "Dee Example, +1 555 0103"),
  );
});

test("stories, broadcasts and channels are told apart in the subject", () => {
  assert.equal(read("033-story").subject, "WeChat story from 15550100 to UNKNOWN");
  assert.equal(read("034-broadcast").subject, "WeChat message from 15550100 to Clients");
  assert.equal(
    read("035-channel").subject,
    "Telegram message from 15550100 to channel Market news",
  );
});

test("the subject of an MMS follows ours, so that one search finds them all", () => {
  assert.equal(
    read("040-mms-with-subject").subject,
    "MMS from 15550101 to 15550100 and 1 more: Holiday pictures",
  );
});

test("a type that is not known is kept as such, with its text, and the raw message attached", () => {
  const message = read("041-unknown-kind");

  assert.equal(message.kind, "unknown");
  assert.equal(message.text, "Best wishes");
  assert.ok(message.details?.some((it) => it.label === "Type" && it.value === "LuckyMoney"));
  assert.equal(message.attachments.at(-1)?.name, "message.json");
});

test("a type written in words is known by the one that tells, and not by `message`", () => {
  const kinds = [
    "TEXT_MESSAGE",
    "incoming-sms",
    "WhatsAppImage",
    "GroupRename",
    "DeleteMessage",
  ].map((messageType) => readValue(rawMessage({ messageType })).kind);

  assert.deepEqual(kinds, ["text", "text", "text", "event", "delete"]);
  assert.equal(readValue(rawMessage({ messageType: "LuckyMoneyMessage" })).kind, "unknown");
});

import { archive, archivedOf, type Happening, receivedSoonAfter, trafficItem } from "../archive.ts";
import type { Day } from "../day.ts";
import type { TrafficItem } from "../item.ts";
import { ann, bob, client, dan, mailboxes, type Person } from "../people.ts";
import { deviceMessage } from "../shapes/device-message.ts";
import { rawMessage } from "../shapes/raw-message.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** What real archives hold besides the ordinary: none of it may be lost, or stop the others. */
export function oddities(day: Day): TrafficItem[] {
  return [
    unknownKind(day),
    late(day),
    implausibleTime(day),
    unreadableTime(day),
    withoutSender(day),
    fullGroup(day),
    ...awkwardIds(day),
    archive(day, {
      about: "A recipient whom the telephone did not know",
      at: day.at(17, 30),
      from: bob,
      to: [{ first: "", last: "", mobile: "UNKNOWN" }],
      shape: "device",
      text: "Who is this?",
      expect: { mailboxes: [mailboxes.bob] },
    }),
  ];
}

function unknownKind(day: Day): TrafficItem {
  const happening: Happening = {
    about: "A kind of message that nobody has heard of is imported as such",
    at: day.at(16, 0),
    from: ann,
    to: [bob],
    shape: "raw",
    messageType: "Poll",
    text: "Where do we meet?",
    expect: { mailboxes: [mailboxes.ann, mailboxes.bob] },
  };
  const raw = rawMessage(archivedOf(day, happening));
  const poll = { options: ["Office", "Client"], votes: [{ value: bob.mobile, option: 1 }] };
  return trafficItem(day, happening, { ...raw, body: { ...(raw["body"] as object), poll } });
}

function late(day: Day): TrafficItem {
  const received = day.at(16, 15);
  return archive(day, {
    about: "A telephone that was off for 100 days delivers what it had",
    at: new Date(received.getTime() - 100 * DAY_MS),
    receivedAt: received,
    from: bob,
    to: [client],
    text: "Written long ago, received today.",
    expect: { mailboxes: [mailboxes.bob] },
  });
}

/** Microseconds where milliseconds belong. */
function implausibleTime(day: Day): TrafficItem {
  const at = day.at(16, 30);
  const happening: Happening = {
    about: "A message time in the year 57300 or so: the time of receipt stands in for it",
    at,
    from: ann,
    to: [bob],
    shape: "raw",
    text: "The clock of this telephone is far ahead.",
    expect: { mailboxes: [mailboxes.ann, mailboxes.bob], sentAt: receivedSoonAfter(at, day) },
  };
  const raw = rawMessage(archivedOf(day, happening));
  const body = { ...(raw["body"] as object), messageTime: at.getTime() * 1000 };
  return trafficItem(day, happening, { ...raw, body });
}

function unreadableTime(day: Day): TrafficItem {
  const at = day.at(16, 40);
  const happening: Happening = {
    about: "The same on a telephone's own report, where the year has five digits",
    at,
    from: bob,
    to: [ann],
    shape: "device",
    text: "And so is the clock of this one.",
    expect: { mailboxes: [mailboxes.ann, mailboxes.bob], sentAt: receivedSoonAfter(at, day) },
  };
  const report = deviceMessage(archivedOf(day, happening));
  return trafficItem(day, happening, { ...report, messageTime: "57300-06-03T18:46:03Z" });
}

function withoutSender(day: Day): TrafficItem {
  const happening: Happening = {
    about: "A telephone's report that does not say who wrote",
    at: day.at(17, 0),
    from: client,
    to: [bob],
    owner: bob,
    shape: "device",
    subject: `${day.network.type} message from UNKNOWN to ${bob.mobile}`,
    text: "The sender of this is not known.",
    expect: { mailboxes: [mailboxes.bob] },
  };
  const { from: _, fromEnriched: __, ...report } = deviceMessage(archivedOf(day, happening));
  return trafficItem(day, happening, report);
}

/** TeleMessage cuts the participants of a group at 256. */
function fullGroup(day: Day): TrafficItem {
  const strangers = Array.from({ length: 255 }, (_, n): Person => {
    return { first: "Member", last: String(n + 1), mobile: String(8613800001000 + n) };
  });
  return archive(day, {
    about: "A group of so many that its list of participants was cut at 256",
    at: day.at(17, 15),
    from: dan,
    to: [...strangers, ann],
    group: { id: "9000000256", name: "All hands" },
    text: "Welcome, everybody.",
    expect: { mailboxes: [mailboxes.ann, mailboxes.dan] },
  });
}

/** An id is a text, however much it looks like a number or a path. */
function awkwardIds(day: Day): TrafficItem[] {
  const ids = ["0020260131", "1e5", `MTc2OTc2NjYwNQ/8+x%3D==${day.network.type}`];
  return ids.map((id, n) =>
    archive(day, {
      about: "An id that looks like a number, or like a path",
      at: day.at(18, 10 * n),
      id,
      from: ann,
      to: [bob],
      text: `The id of this message is ${n === 2 ? "base64 with a slash" : "made of digits"}.`,
      expect: { mailboxes: [mailboxes.ann, mailboxes.bob] },
    }),
  );
}

import { archive, messageId } from "../archive.ts";
import type { Day } from "../day.ts";
import { recording } from "../files.ts";
import type { TrafficItem } from "../item.ts";
import { ann, bob, client, dan, mailboxes, type Person } from "../people.ts";
import { secondsTime } from "../shapes/device-message.ts";

const SECOND = 1000;

/** Calls: as mail where the telephone wrote a mail of it, as call records elsewhere. */
export function calls(day: Day): TrafficItem[] {
  const { type } = day.network;
  const answered = day.at(8, 0);
  const missed = day.at(8, 30);
  const inAGroup = day.at(9, 0);
  const recorded = day.at(9, 30);
  const isMail = day.network.usualShape === "eml";

  return [
    archive(day, {
      about: "A call of 4 minutes and 12 seconds",
      at: answered,
      from: ann,
      to: [client],
      shape: isMail ? "eml" : "device",
      messageType: "Call",
      subject: `${type} voice call from ${ann.mobile} to ${client.mobile}`,
      text: isMail ? "Call status: Call OK\nCall duration: 00:04:12" : "",
      call: record(answered, ann, client, 1, 252),
      expect: { mailboxes: [mailboxes.ann] },
    }),
    archive(day, {
      about: "A missed call",
      at: missed,
      from: client,
      to: [bob],
      owner: bob,
      shape: isMail ? "eml" : "device",
      messageType: "Call",
      subject: `${type} unanswered voice call from ${client.mobile} to ${bob.mobile}`,
      text: isMail ? "Call status: Missed\nCall duration: 00:00:00" : "",
      call: record(missed, client, bob, 2, 0),
      expect: { mailboxes: [mailboxes.bob] },
    }),
    archive(day, {
      about: "A call of several people, its length in milliseconds",
      at: inAGroup,
      from: dan,
      to: [ann, bob, client],
      shape: "device",
      subject: "Calls with multiple participants",
      text: "",
      call: {
        callID: messageId(inAGroup, dan),
        recipientNum: [ann, bob, client].map(({ mobile }) => mobile).join(","),
        callStatus: 1,
        callDurationInMillis: 1_325_400,
      },
      expect: { mailboxes: [mailboxes.ann, mailboxes.bob, mailboxes.dan] },
    }),
    archive(day, {
      about: "A recorded call with its recording",
      at: recorded,
      from: bob,
      to: [client],
      shape: "device",
      subject: `${type} voice call from ${bob.mobile} to ${client.mobile}`,
      text: "",
      files: [recording("call.mp3", "audio/mpeg", 120_000)],
      call: record(recorded, bob, client, 1, 61),
      expect: { mailboxes: [mailboxes.bob] },
    }),
  ];
}

function record(at: Date, from: Person, to: Person, callStatus: number, seconds: number) {
  return {
    callID: messageId(at, from),
    recipientNum: to.mobile,
    callStatus,
    startTime: secondsTime(at),
    endTime: secondsTime(new Date(at.getTime() + seconds * SECOND)),
  };
}

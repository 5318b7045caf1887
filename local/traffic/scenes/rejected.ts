import { archive, archivedOf, type Happening, trafficItem } from "../archive.ts";
import type { Day } from "../day.ts";
import { video } from "../files.ts";
import type { TrafficItem } from "../item.ts";
import { ann, bob } from "../people.ts";
import { madeUpBytes } from "../random.ts";
import { telemessageMail } from "../shapes/mail.ts";
import { rawMessage } from "../shapes/raw-message.ts";

const MEGABYTE = 1024 * 1024;

/** Items that can never be imported as they are: each must be set aside with its reason. */
export function rejected(day: Day): TrafficItem[] {
  return [oversize(day), encrypted(day), malformed(day)];
}

function oversize(day: Day): TrafficItem {
  return archive(day, {
    about: "A film of 11 MB: over the limit of 10 MB",
    at: day.at(15, 0),
    from: bob,
    to: [ann],
    text: "The whole of it.",
    files: [video("VID_0013.mp4", 11 * MEGABYTE)],
    expect: { outcome: "oversize", mailboxes: [] },
  });
}

/** With the customer's own key: only its holder can read it. */
function encrypted(day: Day): TrafficItem {
  const secret = madeUpBytes(96, "secret", day.network.type);
  const happening: Happening = {
    about: "An item encrypted with the customer's own key",
    at: day.at(15, 20),
    from: ann,
    to: [bob],
    text: secret.toString("base64"),
    expect: { outcome: "encrypted", mailboxes: [] },
  };
  const archived = archivedOf(day, happening);
  if (day.network.usualShape === "raw") {
    const securityContent = { version: 1, keyVersionState: "ACTIVE" };
    return trafficItem(day, happening, { ...rawMessage(archived), securityContent });
  }
  const key = madeUpBytes(256, "wrapped key", day.network.type).toString("base64");
  const extraHeaders = [
    ["X-TELEMESSAGE-ENC-DATAKEY", key.replace(/.{1,72}/g, "\r\n $&").trimStart()],
    ["X-TELEMESSAGE-ENC-KEY-ID", "customer-key-1"],
  ] as const;
  return trafficItem(day, happening, telemessageMail(archived, { extraHeaders }));
}

function malformed(day: Day): TrafficItem {
  const happening: Happening = {
    about: "A JSON document that breaks off in the middle",
    at: day.at(15, 40),
    from: ann,
    to: [bob],
    shape: "raw",
    text: "This message is cut off.",
    expect: { outcome: "malformed", mailboxes: [] },
  };
  const whole = trafficItem(day, happening, rawMessage(archivedOf(day, happening)));
  return { ...whole, bytes: whole.bytes.subarray(0, whole.bytes.byteLength - 60) };
}

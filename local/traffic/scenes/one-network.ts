import { archive, archivedOf, type Happening, trafficItem } from "../archive.ts";
import type { Day } from "../day.ts";
import type { TrafficItem } from "../item.ts";
import { ann, bob, client, dan, mailboxes } from "../people.ts";
import { telemessageMail } from "../shapes/mail.ts";

/** What only one of the two networks has. */
export function oneNetwork(day: Day): TrafficItem[] {
  return day.network.type === "WeChat" ? [weCom(day), threadedMail(day)] : [businessReply(day)];
}

function weCom(day: Day): TrafficItem {
  return archive(day, {
    about: "A message of WeCom, WeChat's edition for companies",
    at: day.at(19, 0),
    network: "WeCom",
    from: dan,
    to: [client],
    subject: `WeCom message from ${dan.mobile} to ${client.mobile}`,
    text: "Sent from WeCom.",
    expect: { mailboxes: [mailboxes.dan] },
  });
}

/** With threads switched on, TeleMessage mails a day's chat as one item. */
function threadedMail(day: Day): TrafficItem {
  const lines = [
    `[09:00:01] ${ann.mobile}: Are you there?`,
    `[09:00:40] ${bob.mobile}: Yes. Line two is free.`,
    `[09:01:15] ${ann.mobile}: Calling.`,
  ];
  const happening: Happening = {
    about: "A day's chat in one mail",
    at: day.at(19, 30),
    from: ann,
    to: [bob],
    shape: "eml",
    subject: `WeChat messages between ${ann.mobile} and ${bob.mobile}`,
    text: lines.join("\n"),
    expect: { mailboxes: [mailboxes.ann, mailboxes.bob] },
  };
  const extraHeaders = [
    ["X-TELEMESSAGE-THREAD_ID", `${ann.mobile}-${bob.mobile}`],
    ["X-TELEMESSAGE-ThreadName", `${ann.mobile}, ${bob.mobile}`],
  ] as const;
  return trafficItem(day, happening, telemessageMail(archivedOf(day, happening), { extraHeaders }));
}

function businessReply(day: Day): TrafficItem {
  return archive(day, {
    about: "A message that came as mail on a network that mostly comes as JSON",
    at: day.at(19, 0),
    from: client,
    to: [ann, bob],
    owner: ann,
    shape: "eml",
    text: "Sent to your company's business account.",
    expect: { mailboxes: [mailboxes.ann, mailboxes.bob] },
  });
}

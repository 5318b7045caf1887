import { archive } from "../archive.ts";
import type { Day } from "../day.ts";
import type { TrafficItem } from "../item.ts";
import { ann, bob, broker, client, dan, mailboxes } from "../people.ts";

const { ann: annsMailbox, bob: bobsMailbox, dan: dansMailbox } = mailboxes;

/** People talking to each other: in pairs, in groups, within the organisation and out of it. */
export function chats(day: Day): TrafficItem[] {
  const group = { id: "4f1c2a7e90", name: "Project North" };
  const sameMoment = day.at(2, 40);
  const received = new Date(sameMoment.getTime() + 30_000);
  const fromCopy = day.at(21, 5);

  return [
    archive(day, {
      about: "A chat between two people of the organisation lies in both mailboxes",
      at: day.at(0, 10),
      from: ann,
      to: [bob],
      text: "Can you send me the figures for March before nine?",
      expect: { mailboxes: [annsMailbox, bobsMailbox] },
    }),
    archive(day, {
      about: "The answer, archived on the other telephone",
      at: day.at(0, 14),
      from: bob,
      to: [ann],
      text: "On their way. Two pages are missing, I will bring them.",
      expect: { mailboxes: [annsMailbox, bobsMailbox] },
    }),
    archive(day, {
      about: "Participants known as 'Mobile <email>', without a name",
      at: day.at(1, 3),
      from: bob,
      to: [ann],
      displayFormat: "mobile",
      text: "Meeting moved to room 4.",
      expect: { mailboxes: [annsMailbox, bobsMailbox] },
    }),
    archive(day, {
      about: "A message to someone outside lies in the sender's mailbox only",
      at: day.at(1, 30),
      from: ann,
      to: [client],
      text: "Thank you for the call. The offer stands until Friday.",
      expect: { mailboxes: [annsMailbox] },
    }),
    archive(day, {
      about: "A message from someone outside lies in the recipient's mailbox only",
      at: day.at(1, 42),
      from: client,
      to: [ann],
      owner: ann,
      status: "UNREAD",
      text: "We accept. Please send the papers.",
      expect: { mailboxes: [annsMailbox] },
    }),
    archive(day, {
      about: "A group message lies in the mailbox of every participant who has one",
      at: day.at(2, 0),
      from: dan,
      to: [ann, bob, client, broker],
      group,
      text: "I have added the broker to this group.",
      expect: { mailboxes: [annsMailbox, bobsMailbox, dansMailbox] },
    }),
    archive(day, {
      about: "A group message from outside, seen by three of ours",
      at: day.at(2, 12),
      from: broker,
      to: [dan, ann, bob, client],
      owner: dan,
      group,
      shape: "device",
      text: "Good morning all. I open at 1.0842.",
      expect: { mailboxes: [annsMailbox, bobsMailbox, dansMailbox] },
    }),
    ...["First of two in the same moment.", "Second of two in the same moment."].map((text, n) =>
      archive(day, {
        about: "Two messages that the gateway received in the very same millisecond",
        at: sameMoment,
        receivedAt: received,
        id: `${sameMoment.getTime()}_${bob.mobile}_${n}`,
        from: bob,
        to: [ann],
        text,
        expect: { mailboxes: [annsMailbox, bobsMailbox] },
      }),
    ),
    archive(day, {
      about: "A text that looks like base64 is a text, not an encrypted one",
      at: day.at(3, 0),
      from: bob,
      to: [ann],
      shape: "raw",
      text: "Okay",
      expect: { mailboxes: [annsMailbox, bobsMailbox] },
    }),
    archive(day, {
      about: "Angle brackets, quotes and ampersands are shown as they were written",
      at: day.at(3, 20),
      from: ann,
      to: [bob],
      shape: "raw",
      text: `<b>not bold</b> & "quoted" <script>alert(1)</script>\nif a < b && c > d`,
      expect: { mailboxes: [annsMailbox, bobsMailbox] },
    }),
    archive(day, {
      about: "A long message is neither cut nor folded",
      at: day.at(3, 40),
      from: dan,
      to: [bob],
      text: `${"All of this is one single line of a long message. ".repeat(200)}The end of it.`,
      expect: { mailboxes: [bobsMailbox, dansMailbox], shows: ["The end of it."] },
    }),
    ...[ann, bob].map((owner, n) =>
      archive(day, {
        about: "One message archived on both telephones: two items, each in both mailboxes",
        at: fromCopy,
        id: `${fromCopy.getTime()}_${ann.mobile}_${n}`,
        from: ann,
        to: [bob],
        owner,
        receivedAt: new Date(fromCopy.getTime() + (n + 1) * 25_000),
        text: "Archived once on each telephone.",
        expect: { mailboxes: [annsMailbox, bobsMailbox] },
      }),
    ),
  ];
}

import { archive } from "../archive.ts";
import type { Day } from "../day.ts";
import type { TrafficItem } from "../item.ts";
import {
  ann,
  broker,
  carol,
  client,
  danByAlias,
  handedOver,
  mailboxes,
  moved,
  temp,
} from "../people.ts";

/** Whose mailbox it is: the rules of the mapping, one item each. */
export function mapping(day: Day): TrafficItem[] {
  return [
    archive(day, {
      about: "A participant whom only the custom CSV knows",
      at: day.at(13, 0),
      from: carol,
      to: [client],
      text: "I have sent you the terms by post.",
      expect: { mailboxes: [mailboxes.carol] },
    }),
    archive(day, {
      about: "The custom CSV goes before the address that TeleMessage has",
      at: day.at(13, 10),
      from: handedOver,
      to: [client],
      text: "This telephone is mine now.",
      expect: { mailboxes: [mailboxes.carol] },
    }),
    archive(day, {
      about: "A CSV row that names no user of the tenant gives way to TeleMessage's address",
      at: day.at(13, 20),
      from: client,
      to: [moved],
      owner: moved,
      text: "Is this still your number?",
      expect: { mailboxes: [mailboxes.bob] },
    }),
    archive(day, {
      about: "A user is known by any address of the mailbox, in any case",
      at: day.at(13, 30),
      from: danByAlias,
      to: [client],
      text: "New telephone, same person.",
      expect: { mailboxes: [mailboxes.dan] },
    }),
    archive(day, {
      about: "Two telephones of one person in one message: one item in the one mailbox",
      at: day.at(13, 40),
      from: carol,
      to: [handedOver, ann],
      text: "A note to both of my telephones.",
      expect: { mailboxes: [mailboxes.ann, mailboxes.carol] },
    }),
    archive(day, {
      about: "Nobody who took part is known: set aside, not dropped",
      at: day.at(14, 0),
      from: temp,
      to: [broker],
      text: "Can you quote me for ten?",
      expect: { outcome: "unmapped", mailboxes: [] },
    }),
  ];
}

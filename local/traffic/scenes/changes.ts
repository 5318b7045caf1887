import { archive, messageId } from "../archive.ts";
import type { Day } from "../day.ts";
import type { TrafficItem } from "../item.ts";
import { ann, bob, client, dan, mailboxes } from "../people.ts";

/** Messages that change others: the original stays, and what was done to it is an item of its own. */
export function changes(day: Day): TrafficItem[] {
  return [...edited(day), ...deletedForAll(day), ...deletedForMe(day), ...groupEvents(day)];
}

function edited(day: Day): TrafficItem[] {
  const id = messageId(day.at(10, 0), bob);
  const subject = `${day.network.type} message from ${bob.mobile} to ${ann.mobile}`;
  const both = { from: bob, to: [ann] };
  const expect = { mailboxes: [mailboxes.ann, mailboxes.bob] };
  const [before, after] = ["The price is 1.0842.", "The price is 1.0824."];
  return [
    archive(day, {
      ...both,
      about: "A message that is edited later",
      at: day.at(10, 0),
      text: before,
      expect,
    }),
    archive(day, {
      ...both,
      about: "The edit, with the words before and after",
      at: day.at(10, 5),
      id: `EDIT-${id}-1`,
      subject: `EDIT READ ${subject}`,
      text: `Original Message ID: ${id}\nEdit ID - 1\nPrevious Text: ${before}\nEdited Text: ${after}`,
      expect: { ...expect, shows: [before, after] },
    }),
  ];
}

function deletedForAll(day: Day): TrafficItem[] {
  const id = messageId(day.at(11, 0), client);
  const subject = `${day.network.type} message from ${client.mobile} to ${ann.mobile}`;
  const both = { from: client, to: [ann], owner: ann };
  const expect = { mailboxes: [mailboxes.ann] };
  const text = "Forget the last number, it was meant for someone else.";
  return [
    archive(day, {
      ...both,
      about: "A message that its sender takes back later",
      at: day.at(11, 0),
      text,
      expect,
    }),
    archive(day, {
      ...both,
      about: "The recall, with the words taken back",
      at: day.at(11, 2),
      id: `DELETE_FOR_ALL-${id}`,
      subject: `DELETED For All – UNKNOWN ${subject}`,
      status: "UNKNOWN",
      text: `DELETED For All – UNKNOWN ${subject}\nOriginal Message (Msg ID - ${id})\n${text}`,
      expect: { ...expect, shows: [text] },
    }),
  ];
}

function deletedForMe(day: Day): TrafficItem[] {
  const id = messageId(day.at(11, 30), dan);
  const subject = `${day.network.type} message from ${dan.mobile} to ${client.mobile}`;
  const both = { from: dan, to: [client] };
  const expect = { mailboxes: [mailboxes.dan] };
  const text = "I will call you from the other line.";
  return [
    archive(day, {
      ...both,
      about: "A message that one person deletes for themselves later",
      at: day.at(11, 30),
      text,
      expect,
    }),
    archive(day, {
      ...both,
      about: "The deletion for oneself; a file of the original is named, not archived again",
      at: day.at(11, 45),
      id: `DELETE_FOR_ME-${id}`,
      subject: `DELETED – READ ${subject}`,
      text: `DELETED – READ ${subject}\nOriginal Message (Msg ID - ${id})\n${text}\nFiles:\nIMG_0001.jpg`,
      expect: { ...expect, shows: [text, "IMG_0001.jpg"] },
    }),
  ];
}

function groupEvents(day: Day): TrafficItem[] {
  const group = { id: "4f1c2a7e90", name: "Project North" };
  const everyone = { from: ann, to: [bob, dan, client], group, messageType: "Event" };
  const expect = { mailboxes: [mailboxes.ann, mailboxes.bob, mailboxes.dan] };
  return [
    archive(day, {
      ...everyone,
      about: "A reaction to a message in a group",
      at: day.at(12, 0),
      shape: "raw",
      text: `Reaction: ❤️ to message ${messageId(day.at(2, 0), dan)}`,
      expect: { ...expect, shows: ["❤️"] },
    }),
    archive(day, {
      ...everyone,
      about: "Someone joins a group",
      at: day.at(12, 10),
      shape: "device",
      text: `Join: ${client.mobile} was added by ${ann.mobile}`,
      expect,
    }),
    archive(day, {
      ...everyone,
      about: "A group is renamed",
      at: day.at(12, 20),
      text: "Rename: Project North is now Project North 2",
      expect,
    }),
  ];
}

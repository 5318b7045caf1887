import { archive } from "../archive.ts";
import type { Day } from "../day.ts";
import { contactCard, pdf, picture, recording, video } from "../files.ts";
import type { TrafficItem } from "../item.ts";
import { ann, bob, client, dan, mailboxes } from "../people.ts";

const MEGABYTE = 1024 * 1024;

/** Messages with files. */
export function files(day: Day): TrafficItem[] {
  return [
    archive(day, {
      about: "A photo without words",
      at: day.at(6, 0),
      from: ann,
      to: [client],
      text: "",
      files: [picture("IMG_2041.png")],
      expect: { mailboxes: [mailboxes.ann] },
    }),
    archive(day, {
      about: "A document with a caption",
      at: day.at(6, 10),
      from: client,
      to: [ann],
      owner: ann,
      text: "The signed copy.",
      files: [pdf("agreement.pdf", "Signed copy")],
      expect: { mailboxes: [mailboxes.ann] },
    }),
    archive(day, {
      about: "A document with a Chinese name",
      at: day.at(6, 20),
      from: dan,
      to: [bob],
      text: "预算草案见附件。",
      files: [pdf("2026年度 预算草案（最终版）.pdf", "Draft budget")],
      expect: { mailboxes: [mailboxes.bob, mailboxes.dan] },
    }),
    archive(day, {
      about: "A voice note",
      at: day.at(6, 30),
      from: bob,
      to: [ann],
      shape: "device",
      text: "",
      files: [recording("PTT-0007.ogg", "audio/ogg", 48_000)],
      expect: { mailboxes: [mailboxes.ann, mailboxes.bob] },
    }),
    archive(day, {
      about: "Three files in one message, two of them with one name",
      at: day.at(6, 40),
      from: ann,
      to: [bob],
      text: "Both sides, and the summary.",
      files: [
        picture("scan.png"),
        pdf("summary.pdf", "Summary"),
        { ...picture("scan.png"), bytes: Buffer.from(picture("scan.png").bytes) },
      ],
      expect: { mailboxes: [mailboxes.ann, mailboxes.bob] },
    }),
    archive(day, {
      about: "A contact card",
      at: day.at(6, 50),
      from: ann,
      to: [bob],
      shape: "raw",
      text: "Our contact at the client.",
      files: [contactCard("client.vcf", "Client Example", client.mobile)],
      expect: { mailboxes: [mailboxes.ann, mailboxes.bob] },
    }),
    archive(day, {
      about: "A location",
      at: day.at(7, 0),
      from: bob,
      to: [client],
      shape: "device",
      text: "Location: 51.5007,-0.1246",
      expect: { mailboxes: [mailboxes.bob] },
    }),
    archive(day, {
      about: "A film of 5 MB: too large for one request, small enough for the archive",
      at: day.at(7, 30),
      from: bob,
      to: [ann],
      text: "The site this morning.",
      files: [video("VID_0012.mp4", 5 * MEGABYTE)],
      expect: { mailboxes: [mailboxes.ann, mailboxes.bob] },
    }),
  ];
}

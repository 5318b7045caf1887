import { archive, archivedOf, type Happening, trafficItem } from "../archive.ts";
import type { Day } from "../day.ts";
import type { TrafficItem } from "../item.ts";
import { ann, bob, carol, client, dan, mailboxes } from "../people.ts";
import { telemessageMail } from "../shapes/mail.ts";

/** Scripts, pictographs and writing directions. */
export function languages(day: Day): TrafficItem[] {
  const legacy: Happening = {
    about: "A Chinese mail body in GB18030, as older mail systems write it",
    at: day.at(4, 50),
    from: dan,
    to: [client],
    shape: "eml",
    text: "收到，谢谢。",
    expect: { mailboxes: [mailboxes.dan] },
  };
  const gb18030 = { bytes: Buffer.from("cad5b5bda3acd0bbd0bba1a3", "hex"), charset: "GB18030" };

  return [
    archive(day, {
      about: "Chinese text in a group with a Chinese name",
      at: day.at(4, 10),
      from: dan,
      to: [ann, client],
      group: { id: "7700112233", name: "上海项目组" },
      text: "明天上午九点开会，请带上三月份的报表。",
      expect: { mailboxes: [mailboxes.ann, mailboxes.dan] },
    }),
    archive(day, {
      about: "Japanese, Korean and rare Chinese characters outside of the first plane",
      at: day.at(4, 30),
      from: ann,
      to: [dan],
      shape: "raw",
      text: "資料を確認しました。확인했습니다. 𠮷野家で会いましょう。",
      expect: { mailboxes: [mailboxes.ann, mailboxes.dan] },
    }),
    trafficItem(day, legacy, telemessageMail(archivedOf(day, legacy), { encodedText: gb18030 })),
    archive(day, {
      about: "Emoji: a family, a flag, a skin tone",
      at: day.at(5, 0),
      from: bob,
      to: [ann],
      text: "Done 👍🏽 see you at lunch 👨‍👩‍👧‍👦 🇨🇳",
      expect: { mailboxes: [mailboxes.ann, mailboxes.bob] },
    }),
    archive(day, {
      about: "Hebrew and Arabic between bidi marks, which are no part of the words",
      at: day.at(5, 20),
      from: carol,
      to: [bob],
      shape: "raw",
      text: "\u2068שלום\u2069, \u2068مرحبا\u2069 — meet at \u206810:30\u2069",
      expect: { mailboxes: [mailboxes.carol, mailboxes.bob], shows: ["שלום", "مرحبا", "10:30"] },
    }),
  ];
}

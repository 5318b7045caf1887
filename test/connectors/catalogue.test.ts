import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import {
  type CatalogueEntry,
  type Content,
  catalogue,
  catalogueEntry,
} from "../../shared/connectors/catalogue.ts";
import { readEml } from "../../shared/connectors/eml/read-eml.ts";
import { readJson } from "../../shared/connectors/json/read-json.ts";
import { mailItem } from "../../shared/connectors/mail-item.ts";
import { renderEmail } from "../../shared/connectors/render/render-email.ts";
import type { MailItem } from "../../shared/domain/mail-item.ts";
import type { Message } from "../../shared/domain/message.ts";

const folder = new URL("../fixtures/connectors/", import.meta.url);
const receivedAt = new Date("2026-11-20T05:00:00Z");

/** What an item of each content must show, whatever the network and the format. */
const shows: Readonly<Record<Content, (message: Message) => void>> = {
  chat({ kind, conversation }) {
    assert.equal(kind, "text");
    assert.equal(conversation?.name, "Project");
  },
  file({ kind, attachments }) {
    assert.deepEqual([kind, attachments.length], ["text", 1]);
  },
  call({ kind, call, subject }) {
    assert.equal(kind, "call");
    assert.ok(call);
    assert.match(subject, /voice call from 15550100 to 15550101$/);
  },
  recording({ kind, attachments }) {
    assert.deepEqual([kind, attachments[0]?.contentType], ["call", "audio/mpeg"]);
  },
  deleted({ kind, original }) {
    assert.equal(kind, "delete");
    assert.ok(original);
  },
  sms({ kind, subject }) {
    assert.deepEqual([kind, subject], ["text", "SMS from 15550100 to 15550101"]);
  },
  mms({ kind, subject, attachments }) {
    assert.deepEqual([kind, subject], ["text", "MMS from 15550100 to 15550101"]);
    assert.equal(attachments.length, 1);
  },
};

/** One sample through all that becomes of it: its message, and what a mailbox is given. */
async function convert(
  file: string,
  bytes: Uint8Array,
  { name, folder, itemClass }: CatalogueEntry,
): Promise<{ message: Message; item: MailItem }> {
  const isEml = file.endsWith(".eml");
  const message = isEml
    ? (await readEml(bytes, { name, receivedAt })).message
    : readJson(bytes, { name, receivedAt });
  const rendering = { connector: "sample", sourceItemId: file, name, receivedAt };
  const email = isEml ? bytes : renderEmail(message, { ...rendering, mapped: new Set() });
  const connector = { id: "sample", name, folder, folderParent: "root" as const, itemClass };
  const delivery = {
    itemKey: `i-${"0".repeat(32)}`,
    mailbox: "11111111-0000-0000-0000-000000000001",
  };
  return { message, item: await mailItem(email, { delivery, connector, receivedAt }) };
}

test("the catalogue holds Microsoft's twelve TeleMessage archivers, each with its exact folder", () => {
  assert.deepEqual(
    catalogue.map(({ type, folder, itemClass }) => [type, folder, itemClass]),
    [
      ["WeChat", "WeChat Archiver", "IPM.Note"],
      ["WhatsApp", "WhatsApp Archiver", "IPM.Note"],
      ["Signal", "Signal Archiver", "IPM.Note"],
      ["Telegram", "Telegram Archiver", "IPM.Note"],
      ["Android", "Android Archiver", "IPM.Note"],
      ["EnterpriseNumber", "Enterprise Number Archiver", "IPM.Note"],
      ["ATT", "AT&T SMS/MMS Network Archiver", "IPM.Note"],
      ["Bell", "Bell SMS/MMS Network Archiver", "IPM.Note"],
      ["O2", "O2 SMS and Voice Network Archiver", "IPM.Note"],
      ["Rogers", "Rogers SMS/MMS Network Archiver", "IPM.Note"],
      ["TELUS", "TELUS SMS Network Archiver", "IPM.Note"],
      ["Verizon", "Verizon SMS/MMS Network Archiver", "IPM.Note"],
    ],
  );
});

for (const entry of catalogue) {
  for (const content of entry.content) {
    const samples = [`${content}.json`, `${content}.eml`].filter((file) =>
      existsSync(new URL(`${entry.type}/${file}`, folder)),
    );

    test(`${entry.name}: ${content}, as its documentation lists it, has a sample`, () => {
      assert.notDeepEqual(samples, []);
    });

    for (const file of samples) {
      test(`${entry.name}: the sample ${file} becomes a whole item in ${entry.folder}`, async () => {
        const bytes = readFileSync(new URL(`${entry.type}/${file}`, folder));

        const { message, item } = await convert(file, bytes, entry);

        shows[content](message);
        assert.deepEqual(message.notices, []);
        assert.equal(message.participants[0]?.address, "ann@contoso.com");
        assert.deepEqual(item.folder, { name: entry.folder, parent: "root" });
        assert.equal(item.category, entry.name);
        assert.equal(item.itemClass, entry.itemClass);
        assert.equal(item.subject, message.subject);
        assert.equal(item.from.address, "ann@contoso.com");
        assert.equal(item.at.toISOString().slice(0, 10), "2026-11-19");
        assert.equal(item.files.length, message.attachments.length);
        assert.ok(item.body.content.includes((message.text ?? "").split("\n")[0] ?? ""));
      });
    }
  }
}

test("no sample lies there for a type or a content that the catalogue does not know", () => {
  for (const type of readdirSync(folder)) {
    const contents = catalogueEntry(type)?.content ?? [];
    for (const file of readdirSync(new URL(`${type}/`, folder))) {
      assert.ok(
        contents.includes(file.replace(/(\.rendered)?\.\w+$/, "") as Content),
        `${type}/${file}`,
      );
    }
  }
});

test("a thirteenth connector is one entry of the catalogue and its samples", async () => {
  const thirteenth: CatalogueEntry = {
    type: "Line",
    name: "LINE",
    folder: "LINE Archiver",
    itemClass: "IPM.Note",
    content: ["chat", "file"],
  };

  for (const content of thirteenth.content) {
    const sample = readFileSync(new URL(`WhatsApp/${content}.json`, folder), "utf8");
    const bytes = Buffer.from(sample.replaceAll("WHATSAPP", "LINE"));

    const { message, item } = await convert(`${content}.json`, bytes, thirteenth);

    shows[content](message);
    assert.match(item.subject, /^LINE message from 15550100 to /);
    assert.deepEqual(item.folder, { name: "LINE Archiver", parent: "root" });
    assert.equal(item.category, "LINE");
  }
});

import assert from "node:assert/strict";
import MailComposer from "nodemailer/lib/mail-composer";
import PostalMime from "postal-mime";
import { readJson } from "../../shared/connectors/json/read-json.ts";
import { bodyOf } from "../../shared/connectors/render/body.ts";
import { htmlBody } from "../../shared/connectors/render/html-body.ts";
import { type Rendering, renderEmail } from "../../shared/connectors/render/render-email.ts";
import { textBody } from "../../shared/connectors/render/text-body.ts";
import { sha256 } from "../../shared/domain/item-key.ts";
import { type Contestant, contest } from "../harness/contest.ts";
import { longestBlock } from "../harness/longest-block.ts";
import type { Bench, Case, Settings } from "../harness/report.ts";
import { archivedJson, KB, MB, RECEIVED_AT } from "../material/mail.ts";
import { wechat } from "../ports/configuration.ts";

const SIZES = [
  { name: "1 KB", bytes: KB, items: 200 },
  { name: "100 KB", bytes: 100 * KB, items: 40 },
  { name: "5 MB", bytes: 5 * MB, items: 8 },
] as const;

export const convertJson: Bench = {
  name: "convert-json",
  title: "Convert JSON to EML",
  async run(settings) {
    const cases: Case[] = [];
    for (const size of SIZES) cases.push(await convertSize(size, settings));
    return { cases };
  },
};

async function convertSize(size: (typeof SIZES)[number], settings: Settings): Promise<Case> {
  const items = Array.from({ length: settings.quick ? 2 : size.items }, (_, n) => ({
    id: `item-${n}`,
    bytes: archivedJson(`item-${n}`, size.bytes),
  }));
  const parts = items.map(partsOf);
  const contestants: Contestant[] = [
    { name: "archiver", role: "ours", units: items.length, run: () => each(items, ours) },
    { name: "MailComposer", role: "limit", units: items.length, run: () => each(parts, limit) },
  ];
  const same = await proveSame(items, parts);
  const timed = await contest(
    contestants,
    [{ of: "archiver", against: "MailComposer", goal: { atLeast: 0.8 } }],
    settings,
  );
  const figures = [await longestBlock(() => each(items.slice(0, 1), ours))];
  return { name: size.name, unit: "items", ...timed, figures, same };
}

interface RawItem {
  readonly id: string;
  readonly bytes: Buffer;
}

async function each<T>(things: readonly T[], work: (thing: T) => Promise<unknown>): Promise<void> {
  for (const thing of things) await work(thing);
}

async function ours({ id, bytes }: RawItem): Promise<Uint8Array> {
  const message = readJson(bytes, { receivedAt: RECEIVED_AT, name: wechat.name });
  return renderEmail(message, rendering(id));
}

function rendering(sourceItemId: string): Rendering {
  const { id: connector, name } = wechat;
  return { connector, sourceItemId, name, receivedAt: RECEIVED_AT, mapped: new Set() };
}

/** What the composer is given: the very text, HTML, headers and decoded file of our email. */
function partsOf({ bytes }: RawItem) {
  const { name } = wechat;
  const message = readJson(bytes, { receivedAt: RECEIVED_AT, name });
  const body = bodyOf(message, { name, receivedAt: RECEIVED_AT, leftOut: [] });
  const [sender, ...others] = message.participants.map((it) => ({
    name: it.name ?? "",
    address: it.address ?? `${it.number}@wechat.invalid`,
  }));
  return {
    from: sender,
    to: others,
    date: message.sentAt,
    subject: message.subject,
    text: textBody(body),
    html: htmlBody(body),
    attachments: message.attachments.map((file) => ({
      filename: file.name,
      contentType: file.contentType,
      content: Buffer.from(file.content),
    })),
  };
}

function limit(parts: ReturnType<typeof partsOf>): Promise<Buffer> {
  return new MailComposer(parts as ConstructorParameters<typeof MailComposer>[0]).compile().build();
}

/** Throws unless both emails say the same to whoever opens them. */
async function proveSame(
  items: readonly RawItem[],
  parts: readonly ReturnType<typeof partsOf>[],
): Promise<string> {
  for (const [n, item] of items.entries()) {
    const part = parts[n];
    if (!part) throw new Error(`There are no parts of ${item.id}.`);
    assert.deepEqual(await shown(await ours(item)), await shown(await limit(part)));
  }
  return `subject, sender, text, HTML, SHA-256 of the file: equal in all ${items.length} emails`;
}

async function shown(email: Uint8Array) {
  const { subject, from, text, html, attachments } = await PostalMime.parse(email);
  return {
    subject,
    from: from && "address" in from && from.address,
    text: text?.replaceAll("\r\n", "\n").trim(),
    html: html?.replaceAll("\r\n", "\n").trim(),
    files: attachments.map(({ filename, content }) => [
      filename,
      sha256(new Uint8Array(content as ArrayBuffer)),
    ]),
  };
}

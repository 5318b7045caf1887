import assert from "node:assert/strict";
import { simpleParser } from "mailparser";
import PostalMime from "postal-mime";
import { readEml } from "../../shared/connectors/eml/read-eml.ts";
import { sha256 } from "../../shared/domain/item-key.ts";
import type { Participant } from "../../shared/domain/message.ts";
import { mapMessage } from "../../shared/pipeline/map-message.ts";
import { type Contestant, contest } from "../harness/contest.ts";
import { longestBlock } from "../harness/longest-block.ts";
import type { Bench, Case, Settings } from "../harness/report.ts";
import { archivedMail, KB, MB, RECEIVED_AT } from "../material/mail.ts";
import { oneConnector, threeMailboxes, wechat } from "../ports/configuration.ts";

const SIZES = [
  { name: "1 KB", bytes: KB, emails: 400 },
  { name: "100 KB", bytes: 100 * KB, emails: 60 },
  { name: "5 MB", bytes: 5 * MB, emails: 6 },
] as const;

export const convertEml: Bench = {
  name: "convert-eml",
  title: "Convert EML",
  async run(settings) {
    const cases: Case[] = [];
    for (const size of SIZES) cases.push(await convertSize(size, settings));
    return { cases };
  },
};

async function convertSize(size: (typeof SIZES)[number], settings: Settings): Promise<Case> {
  const emails = Array.from({ length: settings.quick ? 2 : size.emails }, (_, n) =>
    archivedMail(`item-${n}`, size.bytes),
  );
  const contestants: Contestant[] = [
    { name: "archiver", role: "ours", units: emails.length, run: () => each(emails, ours) },
    { name: "postal-mime", role: "limit", units: emails.length, run: () => each(emails, limit) },
    { name: "mailparser", role: "peer", units: emails.length, run: () => each(emails, peer) },
  ];
  const same = await proveSame(emails);
  const timed = await contest(
    contestants,
    [
      { of: "archiver", against: "postal-mime", goal: { atLeast: 0.8 } },
      {
        of: "archiver",
        against: "mailparser",
        ...(size.bytes === 5 * MB && { goal: { atLeast: 1.5 } }),
      },
    ],
    settings,
  );
  const figures = [await longestBlock(() => each(emails.slice(0, 1), ours))];
  return { name: size.name, unit: "emails", ...timed, figures, same };
}

async function each(
  emails: readonly Buffer[],
  work: (email: Buffer) => Promise<unknown>,
): Promise<void> {
  for (const email of emails) await work(email);
}

const ports = { configuration: oneConnector(), directory: threeMailboxes() };
const map = (participants: readonly Participant[]) =>
  mapMessage(participants, wechat, RECEIVED_AT, ports);

async function ours(email: Buffer) {
  const { message } = await readEml(email, { receivedAt: RECEIVED_AT, name: wechat.name });
  return { message, ...(await map(message.participants)) };
}

function limit(email: Buffer) {
  return PostalMime.parse(email);
}

async function peer(email: Buffer) {
  const mail = await simpleParser(email, { skipTextToHtml: true, skipImageLinks: true });
  const senders = mail.from?.value ?? [];
  const recipients = [mail.to ?? []].flat().flatMap(({ value }) => value);
  return {
    mail,
    ...(await map([
      ...senders.map((it) => person("sender", it.name, it.address)),
      ...recipients.map((it) => person("recipient", it.name, it.address)),
    ])),
  };
}

/** A person as TeleMessage writes them: `First Last Mobile <address>`. */
function person(
  role: Participant["role"],
  shown: string,
  address: string | undefined,
): Participant {
  const number = /\d{5,18}$/.exec(shown)?.[0];
  return {
    role,
    name: shown,
    ...(number !== undefined && { number }),
    ...(address !== undefined && { address }),
  };
}

/** Throws unless all three read the same text, files and people, and map the latter alike. */
async function proveSame(emails: readonly Buffer[]): Promise<string> {
  for (const email of emails) {
    const [one, other, third] = [await ours(email), await limit(email), await peer(email)];
    const { message } = one;
    const readByUs = {
      subject: message.subject,
      text: lines(message.text),
      files: message.attachments.map(({ name, content }) => [name, sha256(content)]),
    };
    assert.deepEqual(readByUs, {
      subject: other.subject,
      text: lines(other.text),
      files: other.attachments.map(({ filename, content }) => [
        filename,
        sha256(new Uint8Array(content as ArrayBuffer)),
      ]),
    });
    assert.deepEqual(readByUs, {
      subject: third.mail.subject,
      text: lines(third.mail.text),
      files: third.mail.attachments.map(({ filename, content }) => [filename, sha256(content)]),
    });
    const addresses = message.participants.map((it) => it.address);
    const others = [other.from, ...(other.to ?? [])].map(
      (it) => it && "address" in it && it.address,
    );
    assert.deepEqual(addresses, others);
    assert.deepEqual(one.mailboxes, third.mailboxes);
    assert.equal(one.mailboxes.length, 3);
  }
  return `subject, text, people, SHA-256 of the file: equal in all ${emails.length} emails`;
}

function lines(text: string | undefined): string {
  return (text ?? "").replaceAll("\r\n", "\n").trimEnd();
}

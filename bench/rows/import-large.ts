import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmlFiles, outlineEml } from "../../shared/connectors/eml/outline-eml.ts";
import { sha256 } from "../../shared/domain/item-key.ts";
import { importItem } from "../../shared/pipeline/import-item.ts";
import { gather } from "../../shared/pipeline/streams.ts";
import { type Contestant, contest } from "../harness/contest.ts";
import { figure } from "../harness/figure.ts";
import { longestBlock } from "../harness/longest-block.ts";
import { peakAboveIdle } from "../harness/memory.ts";
import { probe } from "../harness/probe.ts";
import type { Bench, Case, Settings } from "../harness/report.ts";
import { type GraphServer, graphServer } from "../harness/stand-ins.ts";
import { mailboxIds } from "../material/deliveries.ts";
import {
  emailsWith,
  type LargeMail,
  largeDelivery,
  largeMail,
  mailOf,
} from "../material/large-mail.ts";
import { RECEIVED_AT } from "../material/mail.ts";
import { bareHttp } from "../peers/bare-http.ts";
import { createFolders, sdkClient } from "../peers/graph-sdk.ts";
import { newSession, sdkLargeImport } from "../peers/sdk-large-upload.ts";
import { wechat } from "../ports/configuration.ts";
import { importer } from "../ports/importer.ts";

const SIZES_MB = [10, 150];
/** As the importer has it. */
const RANGE_BYTES = 3_276_800;
/** Processes that are asked for their memory; the worst of them counts. */
const PEAKS = 3;
const [MAILBOX = ""] = mailboxIds(1);

export const importLarge: Bench = {
  name: "import-large",
  title: "Import large",
  async run(settings) {
    const cases: Case[] = [];
    for (const mb of settings.quick ? [10] : SIZES_MB) cases.push(await importSize(mb, settings));
    return { cases };
  },
};

async function importSize(fileMb: number, settings: Settings): Promise<Case> {
  await using graph = await graphServer([MAILBOX]);
  const mail = largeMail(fileMb);
  const { ports, forget } = await importer({ graphUrl: graph.url, emails: emailsWith(mail) });
  const file = await fileOf(mail);
  const sdk = sdkClient(graph.url);
  const bare = bareHttp(graph.url);
  const limitFolders = await createFolders(sdk, [MAILBOX], "Limit");
  const peerFolders = await createFolders(sdk, [MAILBOX], "Peer");
  const units = file.content.length / 1_000_000;
  let session = { url: "" };
  let made = largeDelivery("none", MAILBOX);

  async function begin(label: string): Promise<void> {
    made = largeDelivery(label, MAILBOX);
    forget();
    await ports.ledger.recordReceived(made.item);
  }
  const imported = async () => void (await importItem(made.job, ports));
  const ours: Contestant = {
    name: "archiver",
    role: "ours",
    units,
    prepare: (round) => begin(`round-${round}`),
    run: imported,
  };
  const limit: Contestant = {
    name: "bare PUTs",
    role: "limit",
    units,
    async prepare() {
      const place = { mailbox: MAILBOX, folderId: limitFolders.get(MAILBOX) };
      session = await newSession(sdk, place, file);
    },
    async run() {
      for (let at = 0; at < file.content.length; at += RANGE_BYTES) {
        const bytes = file.content.subarray(at, at + RANGE_BYTES);
        await bare.putRange(session.url, bytes, at, file.content.length);
      }
    },
  };
  const peer: Contestant = {
    name: "SDK LargeFileUploadTask",
    role: "peer",
    units,
    async run() {
      const folderId = peerFolders.get(MAILBOX);
      const place = { mailbox: MAILBOX, folderId, rangeBytes: RANGE_BYTES };
      await sdkLargeImport(sdk, place, mail.bytes);
    },
  };
  // A parse of 150 MB takes the peer seconds, and what it shows, the smaller size shows as well.
  const hasPeer = fileMb <= 10 || settings.full;
  const timed = await contest(
    [ours, limit, reading(mail, units), ...(hasPeer ? [peer] : [])],
    [
      { of: ours.name, against: limit.name, goal: { atLeast: 0.8 } },
      ...(hasPeer ? [{ of: ours.name, against: peer.name }] : []),
    ],
    settings,
  );
  const rounds = settings.rounds + 1;
  const folders = ["Limit", ...(hasPeer ? ["Peer"] : [])];
  const same = await proveSame(graph, folders, rounds, sha256(file.content));
  const block = await longestBlock(async () => {
    await begin(`block-${performance.now()}`);
    await imported();
  });
  bare.close();
  const peaks = await inFile(mail.bytes, async (emailFile) => {
    const found: number[] = [];
    for (let run = 0; run < PEAKS; run += 1) found.push(await probe("import-large", { emailFile }));
    return found;
  });
  const memory = figure("peak memory above idle", Math.max(...peaks), "MB", { atMost: 64 });
  return { name: `${fileMb} MB`, unit: "MB", ...timed, figures: [memory, block], same };
}

/** What no importer is spared that reads the email from storage: each byte decoded once, and hashed. */
function reading(mail: LargeMail, units: number): Contestant {
  return {
    name: "reading the email once",
    role: "info",
    units,
    run: async () => void (await outlineEml(mail.chunks(), readContext)),
  };
}

const readContext = { name: wechat.name, receivedAt: RECEIVED_AT };

async function fileOf(mail: LargeMail): Promise<{ name: string; content: Buffer }> {
  const outline = await outlineEml(mail.chunks(), readContext);
  const [info] = outline.files;
  for await (const bytes of openEmlFiles(mail.chunks(), outline)) {
    return { name: info?.name ?? "", content: await gather(bytes) };
  }
  throw new Error("The email has no file.");
}

/** Throws unless the stand-in holds the same file, by its SHA-256, as often from each of them. */
async function proveSame(
  { control }: GraphServer,
  others: readonly string[],
  rounds: number,
  fileSha256: string,
): Promise<string> {
  for (const folder of [wechat.folder, ...others]) {
    const messages = await control.messages(MAILBOX, folder);
    const files = messages.flatMap(({ attachments }) => attachments.map((it) => it.sha256));
    assert.deepEqual(
      files,
      Array.from({ length: rounds }, () => fileSha256),
    );
  }
  assert.deepEqual(await control.halves().then((it) => it.filter(isOurs)), []);
  return `${rounds} messages each with one file of the same SHA-256; of ours none was ever seen without it`;
}

function isOurs({ folder }: { folder: string }): boolean {
  return folder === wechat.folder;
}

async function inFile<T>(bytes: Buffer, work: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "bench-mail-"));
  try {
    const path = join(folder, "large.eml");
    await writeFile(path, bytes);
    return await work(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * The importer in a fresh process: how far one item takes its memory, which holds the
 * email's own bytes already. They come from a file: whoever made them here would leave
 * free memory behind, and the importer's use of it would not be seen.
 */
export async function importLargePeak({ emailFile }: { emailFile: string }): Promise<number> {
  await using graph = await graphServer([MAILBOX]);
  let mail = largeMail(0.1);
  const large = mailOf(await readFile(emailFile));
  const pointer = largeDelivery("any", MAILBOX).job.email;
  const emails = { ...emailsWith(mail), open: () => emailsWith(mail).open(pointer) };
  const { ports } = await importer({ graphUrl: graph.url, emails });
  const importOne = async (label: string) => {
    const { job, item } = largeDelivery(label, MAILBOX);
    await ports.ledger.recordReceived(item);
    await importItem(job, ports);
  };
  await importOne("small");
  mail = large;
  return await peakAboveIdle(() => importOne("large"));
}

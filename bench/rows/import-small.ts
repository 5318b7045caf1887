import assert from "node:assert/strict";
import { message } from "../../shared/adapters/graph/message.ts";
import type { MailItem } from "../../shared/domain/mail-item.ts";
import { eachLimited } from "../../shared/pipeline/each-limited.ts";
import { importItem } from "../../shared/pipeline/import-item.ts";
import { gather } from "../../shared/pipeline/streams.ts";
import { type Contestant, contest } from "../harness/contest.ts";
import { figure } from "../harness/figure.ts";
import { longestBlock } from "../harness/longest-block.ts";
import type { Bench, Case, Settings } from "../harness/report.ts";
import { type GraphServer, graphServer } from "../harness/stand-ins.ts";
import { deliveries, type MadeDelivery, mailboxIds } from "../material/deliveries.ts";
import { KB } from "../material/mail.ts";
import { bareHttp } from "../peers/bare-http.ts";
import { createFolders, sdkClient } from "../peers/graph-sdk.ts";
import { sdkImport } from "../peers/sdk-importer.ts";
import { wechat } from "../ports/configuration.ts";
import { emailsOf } from "../ports/emails.ts";
import { importer } from "../ports/importer.ts";

const SIZES = [
  { name: "1 KB", bytes: KB, items: 400 },
  { name: "100 KB", bytes: 100 * KB, items: 80 },
] as const;
const MAILBOXES = mailboxIds(40);
/** `queues.batchSize` in host.json. */
const AT_ONCE = 8;

export const importSmall: Bench = {
  name: "import-small",
  title: "Import small",
  async run(settings) {
    const cases: Case[] = [];
    for (const size of SIZES) cases.push(await importSize(size, settings));
    return { cases };
  },
};

interface Post {
  readonly path: string;
  readonly body: string;
}

async function importSize(size: (typeof SIZES)[number], settings: Settings): Promise<Case> {
  await using graph = await graphServer(MAILBOXES);
  const units = settings.quick ? 40 : size.items;
  let batch: MadeDelivery[] = [];
  let posts: Post[] = [];
  const { ports, forget } = await importer({ graphUrl: graph.url, emails: emailsOf(() => batch) });
  const sdk = sdkClient(graph.url);
  const folders = {
    limit: await createFolders(sdk, MAILBOXES, "Limit"),
    bare: await createFolders(sdk, MAILBOXES, "Bare"),
    peer: await createFolders(sdk, MAILBOXES, "Peer"),
  };

  /** All contestants of a round import the same deliveries, which no round before had. */
  async function begin(round: number, folderOf?: ReadonlyMap<string, string>): Promise<void> {
    batch = deliveries(`${size.name}-${round}`, units, { bytes: size.bytes, mailboxes: MAILBOXES });
    forget();
    for (const { item } of batch) await ports.ledger.recordReceived(item);
    posts = folderOf ? await Promise.all(batch.map((it) => postOf(it, folderOf))) : [];
  }

  async function postOf({ job }: MadeDelivery, folderOf: ReadonlyMap<string, string>) {
    const item = await ports.prepare(job);
    const path = `/users/${job.mailbox}/mailFolders/${folderOf.get(job.mailbox)}/messages`;
    return { path, body: JSON.stringify({ ...message(item), ...(await attachmentsOf(item)) }) };
  }

  async function imported(): Promise<void> {
    await eachLimited(batch, AT_ONCE, async ({ job }) => {
      assert.equal((await importItem(job, ports)).kind, "imported");
    });
  }

  const bare = bareHttp(graph.url);
  const contestants: Contestant[] = [
    { name: "archiver", role: "ours", units, prepare: (round) => begin(round), run: imported },
    {
      name: "Graph SDK alone",
      role: "limit",
      units,
      prepare: (round) => begin(round, folders.limit),
      run: () => eachLimited(posts, AT_ONCE, ({ path, body }) => sdk.api(path).post(body)),
    },
    {
      name: "SDK importer without a ledger",
      role: "peer",
      units,
      prepare: (round) => begin(round),
      run: () => eachLimited(batch, AT_ONCE, (it) => sdkImport(sdk, folders.peer, it)),
    },
    {
      name: "bare HTTP",
      role: "info",
      units,
      prepare: (round) => begin(round, folders.bare),
      run: () => eachLimited(posts, AT_ONCE, ({ path, body }) => bare.post(path, body)),
    },
  ];
  const timed = await contest(
    contestants,
    [
      { of: "archiver", against: "Graph SDK alone", goal: { atLeast: 0.8 } },
      { of: "archiver", against: "SDK importer without a ledger" },
      { of: "archiver", against: "bare HTTP" },
    ],
    settings,
  );
  const same = await proveSame(graph, units * (settings.rounds + 1));

  await graph.control.forgetRequests();
  await begin(settings.rounds + 1);
  await imported();
  const { total } = await graph.control.counts();
  const figures = [
    figure("Graph requests an item", total / units, "", { atMost: 1 }),
    await longestBlock(async () => {
      await begin(settings.rounds + 2);
      batch = batch.slice(0, 1);
      await imported();
    }),
  ];
  bare.close();
  return { name: size.name, unit: "items", ...timed, figures, same };
}

async function attachmentsOf(item: MailItem) {
  const attachments: object[] = [];
  let index = 0;
  for await (const chunks of item.openFiles()) {
    const { name, contentType, inline: isInline } = item.files[index] ?? {};
    index += 1;
    const contentBytes = (await gather(chunks)).toString("base64");
    const type = { "@odata.type": "#microsoft.graph.fileAttachment" };
    attachments.push({ ...type, name, contentType, isInline, contentBytes });
  }
  return attachments.length > 0 ? { attachments } : {};
}

/**
 * Throws unless all four have left each message once, ours and those of the bare
 * POSTs alike in every field and property, the peer's alike in people and files.
 */
async function proveSame({ control }: GraphServer, count: number): Promise<string> {
  let found = 0;
  for (const mailbox of MAILBOXES) {
    const kept = async (folder: string) => {
      const messages = await control.messages(mailbox, folder);
      const facts = messages.map(({ fields, properties, isDraft, attachments }) => ({
        fields,
        properties,
        isDraft,
        files: attachments.map(({ name, sha256 }) => [name, sha256]),
      }));
      return facts.sort((a, b) =>
        a.fields.internetMessageId < b.fields.internetMessageId ? -1 : 1,
      );
    };
    const [ours, limit, bare, peer] = await Promise.all(
      [wechat.folder, "Limit", "Bare", "Peer"].map(kept),
    );
    assert.deepEqual(ours, limit);
    assert.deepEqual(ours, bare);
    const shown = (messages: typeof ours = []) =>
      messages
        .map(({ fields, isDraft, files }) =>
          JSON.stringify([fields.subject, fields.from?.emailAddress?.address, isDraft, files]),
        )
        .sort();
    assert.deepEqual(shown(ours), shown(peer));
    found += ours?.length ?? 0;
  }
  assert.equal(found, count);
  return `${found} messages each, once: fields, properties and SHA-256 of files as the stand-in keeps them`;
}

import assert from "node:assert/strict";
import { tableLedger } from "../../shared/pipeline/ledger.ts";
import { archiverSettings } from "../harness/archiver-host.ts";
import { type ColdApps, coldApps } from "../harness/cold-app.ts";
import type { ColdStart } from "../harness/cold-process.ts";
import { type Contestant, contest } from "../harness/contest.ts";
import { figure } from "../harness/figure.ts";
import type { Bench, Case, Settings } from "../harness/report.ts";
import { type GraphServer, graphServer } from "../harness/stand-ins.ts";
import { median } from "../harness/statistics.ts";
import { type StorageServer, storageServer } from "../harness/storage-server.ts";
import { deliveries, LEDGER_SINCE, mailboxIds } from "../material/deliveries.ts";
import { KB } from "../material/mail.ts";

const MAILBOXES = mailboxIds(1);
/** Nobody answers there; over https, as the exporter insists. */
const TELEMETRY_NOWHERE =
  "InstrumentationKey=00000000-0000-4000-8000-000000000000;IngestionEndpoint=https://127.0.0.1:9/;LiveEndpoint=https://127.0.0.1:9/";

export const coldStart: Bench = {
  name: "cold-start",
  title: "Cold start",
  async run(settings) {
    await using apps = await coldApps();
    await using graph = await graphServer(MAILBOXES);
    await using storage = await storageServer();
    await writeConnector(storage);
    const place: Place = { apps, graph, storage, imports: 0 };
    return {
      cases: [
        await starts("telemetry off", {}, place, settings),
        await starts(
          "telemetry on",
          { APPLICATIONINSIGHTS_CONNECTION_STRING: TELEMETRY_NOWHERE },
          place,
          settings,
        ),
      ],
    };
  },
};

interface Place {
  readonly apps: ColdApps;
  readonly graph: GraphServer;
  readonly storage: StorageServer;
  /** Items that were to be imported so far. */
  imports: number;
}

async function starts(
  name: string,
  env: NodeJS.ProcessEnv,
  place: Place,
  settings: Settings,
): Promise<Case> {
  const { apps, graph, storage } = place;
  const loaded = new Map<string, number[]>();
  const contestant = (title: string, role: Contestant["role"], app: string | undefined) => {
    let entry = "";
    const nothing = { wallMs: 0, cpuMs: 0 };
    let started: ColdStart = { loaded: nothing, invoked: nothing };
    const loads: number[] = [];
    loaded.set(title, loads);
    return {
      name: title,
      role,
      units: 1,
      async prepare() {
        if (app === undefined) return;
        place.imports += 1;
        entry = await oneJob(storage, `item-${place.imports}`);
      },
      async run() {
        const settingsOfApp = archiverSettings({
          connectionString: storage.connectionString,
          graphUrl: graph.url,
        });
        started = await apps.start(app, entry, { ...settingsOfApp, ...env });
      },
      ownTiming: () => started.invoked,
      check(round: number) {
        if (round > 0) loads.push(started.loaded.wallMs);
      },
    };
  };
  const contestants: Contestant[] = [
    contestant("bundle", "ours", apps.bundled),
    contestant("unbundled", "peer", apps.unbundled),
    contestant("bare Node", "limit", undefined),
  ];
  const timed = await contest(
    contestants,
    [
      { of: "bundle", against: "unbundled", measure: "cost", goal: { atMost: 0.5 } },
      { of: "bundle", against: "bare Node", measure: "cost" },
    ],
    settings,
  );
  const same = await proveImported(graph, place.imports);
  const figures = [...loaded].map(([title, times]) =>
    figure(`${title}, until it is loaded`, median(times), "ms"),
  );
  return {
    name: `${name}, until its first item is imported`,
    unit: "starts",
    ...timed,
    figures,
    same,
  };
}

/** An item that waits for its import, as `convert` leaves it. Returns its queue entry. */
async function oneJob(storage: StorageServer, label: string): Promise<string> {
  const [made] = deliveries(label, 1, { bytes: KB, mailboxes: MAILBOXES });
  if (!made) throw new Error("There is no delivery.");
  const ledger = tableLedger({
    items: storage.table("items"),
    deliveries: storage.table("deliveries"),
  });
  const since = await ledger.begin(LEDGER_SINCE);
  await ledger.recordReceived({ ...made.item, ledgerSince: since });
  const { container, blob } = made.job.email;
  const client = storage.blobs.getContainerClient(container).getBlockBlobClient(blob);
  await client.upload(made.email, made.email.length);
  return JSON.stringify(made.job);
}

async function writeConnector({ blobs }: StorageServer): Promise<void> {
  const file = JSON.stringify({
    id: "wechat",
    type: "WeChat",
    enabled: true,
    source: {
      kind: "telemessage",
      baseUrl: "http://127.0.0.1:1",
      username: "archive@contoso.com",
      passwordSetting: "GATEWAY_PASSWORD",
    },
    mapping: { automatic: true },
  });
  const config = blobs.getContainerClient("config").getBlockBlobClient("connectors/wechat.json");
  await config.upload(file, file.length);
}

/** Throws unless every start of an app so far, bundled or not, has imported its item. */
async function proveImported({ control }: GraphServer, imports: number): Promise<string> {
  const [mailbox = ""] = MAILBOXES;
  const messages = await control.messages(mailbox, "WeChat Archiver");
  const ids = new Set(messages.map(({ fields }) => fields.internetMessageId));
  assert.equal(messages.length, imports);
  assert.equal(ids.size, imports);
  return `${imports} starts, each with its item in the mailbox afterwards`;
}

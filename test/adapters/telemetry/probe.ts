import { applicationInsights } from "../../../shared/adapters/telemetry/application-insights.ts";
import type { EventProperties } from "../../../shared/pipeline/telemetry.ts";

/** Bundled as the app is, and run as a process of its own: tells something, sends it, and ends. */
const scenarios: Record<string, (telemetry: ReturnType<typeof applicationInsights>) => unknown> = {
  async way(telemetry) {
    const host = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
    await telemetry.invocation(host, () =>
      telemetry.stage(item("collect"), async () => {
        const traceparent = telemetry.traceparent();
        await telemetry.stage(item("convert", traceparent), async () => {});
        await telemetry.stage(item("import", telemetry.traceparent()), async () => {
          await telemetry.request("GET /users/{id}", async () => {}, noStatus);
          telemetry.event("ItemImported", imported({}));
        });
      }),
    );
  },

  /** One record of each kind that an item leaves. */
  async bill(telemetry) {
    const host = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
    const post = "POST /users/{id}/mailFolders/{id}/messages";
    const { connector, itemKey } = item("import");
    const runId = "wechat-20260105T053000000Z";
    await telemetry.invocation(host, () =>
      telemetry.stage({ stage: "import", connector, runId, itemKey }, async () => {
        await telemetry.request(post, async () => {}, noStatus);
        telemetry.event("ItemConverted", { connector, runId, itemKey, deliveries: 1 });
        telemetry.event("ItemImported", imported({}));
        telemetry.event("ItemPoisoned", { connector, runId, itemKey, code: "unmapped" });
        telemetry.measure("connector_silent_hours", 2.573220277, { connector });
      }),
    );
  },

  async failures(telemetry) {
    const failing = async () => {
      throw new SyntaxError(`Unexpected token in "${words}"`);
    };
    await telemetry.stage(item("convert"), failing).catch(() => {});
    await telemetry.stage(item("import"), () =>
      telemetry.request(`GET /users/${words}`, failing, () => 429).catch(() => {}),
    );
  },

  hostile(telemetry) {
    telemetry.event("ItemImported", imported({ outcome: words, mailbox: "ann@contoso.com" }));
    telemetry.event("ItemImported", {
      ...imported({}),
      subject: words,
    } as EventProperties<"ItemImported">);
    (telemetry as { event(name: string, properties: object): void }).event(words, { text: words });
    telemetry.measure("queue_entries", 1, { queue: words });
    telemetry.measure("queue_entries", 2, { queue: "import-jobs", owner: words } as {
      queue: string;
    });
  },

  async sampled(telemetry) {
    for (let n = 0; n < 200; n += 1) {
      await telemetry.stage(item("convert"), async () => {
        await telemetry.stage(item("import", telemetry.traceparent()), async () => {
          telemetry.event("ItemImported", imported({}));
          telemetry.measure("graph_requests_per_item", 1, { connector: "wechat" });
        });
      });
    }
  },
};

const words = "Ann Smith +1 555 0100 said: meet me";
const noStatus = () => undefined;

function item(stage: "collect" | "convert" | "import", traceparent?: string) {
  const of = { connector: "wechat", itemKey: `i-${"0".repeat(32)}`, runId: "" };
  return { stage, ...of, ...(traceparent !== undefined && { traceparent }) };
}

function imported(
  other: Partial<EventProperties<"ItemImported">>,
): EventProperties<"ItemImported"> {
  return {
    connector: "wechat",
    runId: "wechat-20260105T053000000Z",
    itemKey: `i-${"0".repeat(32)}`,
    mailbox: "a0000000-0000-4000-8000-000000000001",
    outcome: "imported",
    ...other,
  };
}

async function main([scenario = "", connectionString = "", tracesPercent = ""]: string[]) {
  const telemetry = applicationInsights({
    connectionString,
    tracesPercent: Number(tracesPercent),
    role: "archive",
    graphHost: "graph.microsoft.com",
  });
  await scenarios[scenario]?.(telemetry);
  await telemetry.stop();
}

void main(process.argv.slice(2));

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type { BlobServiceClient } from "@azure/storage-blob";
import { type Azurite, startAzurite } from "../../local/azurite.ts";
import { blobConfiguration } from "../../shared/adapters/configuration.ts";
import { blobService } from "../../shared/adapters/storage-clients.ts";
import { DeferredError } from "../../shared/domain/errors.ts";
import { connectorFile } from "../fakes/configuration.ts";
import { memoryLog, nine } from "../fakes/world.ts";

let azurite: Azurite;
let service: BlobServiceClient;

before(async () => {
  azurite = await startAzurite();
  service = blobService({ connectionString: azurite.connectionString });
});
after(() => azurite.stop());
beforeEach(async () => {
  await service.getContainerClient("config").deleteIfExists();
  await service.createContainer("config");
});

const put = (name: string, text: string) =>
  service.getContainerClient("config").getBlockBlobClient(name).uploadData(Buffer.from(text));

/** As an operator writes it: without the fields that the app fills in. */
const file = (change: object = {}) =>
  JSON.stringify({
    id: "wechat",
    type: "WeChat",
    enabled: true,
    source: { kind: "drop", prefix: "wechat/" },
    mapping: { automatic: true, custom: "mappings/wechat.csv" },
    ...change,
  });

function reading(furtherFaults: () => string[] = () => []) {
  const clock = { now: nine };
  const log = memoryLog();
  const now = () => clock.now;
  return {
    log,
    configuration: blobConfiguration({ service, furtherFaults, log, now }),
    later() {
      clock.now = new Date(clock.now.getTime() + 60_000);
    },
  };
}

test("a connector file takes its folder and item class from the catalogue", async () => {
  await put("connectors/wechat.json", file());

  const { id, folder, itemClass, collectAfter, limits } =
    await reading().configuration.connector("wechat");

  assert.deepEqual(
    { id, folder, itemClass, collectAfter, limits },
    {
      id: "wechat",
      folder: "WeChat Archiver",
      itemClass: "IPM.Note",
      collectAfter: "05:30",
      limits: { maxItemBytes: 10_485_760, oversize: "reject" },
    },
  );
});

test("a wrong connector file is told by id, field and remedy; the others are there", async () => {
  await put("connectors/wechat.json", file());
  await put("connectors/typo.json", file({ id: "typo", type: "WeChatt", foldr: "x" }));
  await put("connectors/broken.json", "{");
  await put("connectors/other.json", file({ id: "another" }));

  const files = await reading().configuration.connectors();

  const faults = Object.fromEntries(files.map((it) => [it.id, "faults" in it ? it.faults : []]));
  assert.deepEqual(faults["wechat"], []);
  assert.match(String(faults["typo"]), /typo: type must be one of .*WeChat, WhatsApp/);
  assert.match(String(faults["typo"]), /typo: foldr is not a field/);
  assert.match(String(faults["broken"]), /broken: \(file\) is not JSON/);
  assert.match(String(faults["other"]), /other: id must be the file's own name/);
});

test("two connectors whose drop prefixes overlap are both refused, and a third is not", async () => {
  const drop = (id: string, prefix: string) =>
    put(`connectors/${id}.json`, file({ id, source: { kind: "drop", prefix } }));
  await drop("wechat", "wechat/");
  await drop("inner", "wechat/inner/");
  await drop("other", "wechat-2/");

  const files = await reading().configuration.connectors();

  const refused = files.filter((it) => "faults" in it).map(({ id }) => id);
  assert.deepEqual(refused.sort(), ["inner", "wechat"]);
});

test("what only the host can show is told as the file's faults are", async () => {
  await put("connectors/wechat.json", file());
  const { configuration } = reading(() => [
    "wechat: source.passwordSetting names X, which is not set",
  ]);

  const [found] = await configuration.connectors();

  assert.ok(found && "faults" in found);
  await assert.rejects(configuration.connector("wechat"), DeferredError);
});

test("a file that is mended acts at the next tick", async () => {
  await put("connectors/wechat.json", "{");
  const { configuration } = reading();
  await configuration.connectors();

  await put("connectors/wechat.json", file());
  const [found] = await configuration.connectors();

  assert.ok(found && "connector" in found);
});

test("a mapping that cannot be read leaves the last good one in force, for another host too", async () => {
  await put("connectors/wechat.json", file());
  await put("mappings/wechat.csv", "15550100,ann@contoso.com");
  const first = reading();
  const connector = connectorFile({ mapping: { custom: "mappings/wechat.csv" } });
  const good = await first.configuration.mapping(connector);
  assert.equal(good?.find("15550100", nine)?.address, "ann@contoso.com");

  await put("mappings/wechat.csv", "\0\0\0");
  first.later();
  const kept = await first.configuration.mapping(connector);
  const second = reading();
  const elsewhere = await second.configuration.mapping(connector);

  assert.equal(kept?.find("15550100", nine)?.address, "ann@contoso.com");
  assert.equal(elsewhere?.find("15550100", nine)?.address, "ann@contoso.com");
  assert.equal(second.log.lines.at(-1)?.message, "mapping refused");
  assert.doesNotMatch(JSON.stringify(second.log.lines), /contoso|1555/);
});

test("a new mapping acts without a restart", async () => {
  await put("mappings/wechat.csv", "15550100,ann@contoso.com");
  const { configuration, later } = reading();
  const connector = connectorFile({ mapping: { custom: "mappings/wechat.csv" } });
  await configuration.mapping(connector);

  await put("mappings/wechat.csv", "15550100,bob@contoso.com");
  later();
  const mapping = await configuration.mapping(connector);

  assert.equal(mapping?.find("15550100", nine)?.address, "bob@contoso.com");
});

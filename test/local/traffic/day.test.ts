import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gatewayControl } from "../../../local/gateway/control.ts";
import { exampleAccount, startGateway } from "../../../local/gateway/gateway.ts";
import { readItemDirectory } from "../../../local/gateway/item-directory.ts";
import { makeTraffic } from "../../../local/traffic/traffic.ts";
import { writeTraffic } from "../../../local/traffic/write-traffic.ts";
import { now, traffic } from "./made-day.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

test("the same time and seed make the same day, to the byte", () => {
  assert.deepEqual(makeTraffic({ now, seed: 1 }), traffic);
});

test("another seed makes other messages of the same day", () => {
  const other = makeTraffic({ now, seed: 2 });

  const ids = new Set(traffic.items.map(({ type, id }) => `${type} ${id}`));
  const shared = other.items.filter(({ type, id }) => ids.has(`${type} ${id}`));

  assert.equal(other.items.length, traffic.items.length);
  assert.ok(shared.length <= 6, "only the ids that are no times are the same");
});

test("everything was received in the last 24 hours, whatever its own time", () => {
  for (const { receivedAt, about } of traffic.items) {
    assert.ok(receivedAt.getTime() >= now.getTime() - DAY_MS, about);
    assert.ok(receivedAt < now, about);
  }
});

test("an id stands for one item of its type", () => {
  const ids = traffic.items.map(({ type, id }) => `${type} ${id}`);

  assert.equal(new Set(ids).size, ids.length);
});

test("the ids are those that telephones give: messages, edits, deletions, digits, paths", () => {
  for (const type of ["WeChat", "WhatsApp"]) {
    const ids = traffic.items.filter((item) => item.type === type).map(({ id }) => id);

    const message = ids.filter((id) => /^\d{13}_\d+_\d$/.test(id));
    assert.ok(message.length > 40);
    for (const prefix of ["DELETE_FOR_ALL-", "DELETE_FOR_ME-"]) {
      const changed = ids.find((id) => id.startsWith(prefix));
      assert.ok(changed && message.includes(changed.slice(prefix.length)), prefix);
    }
    const edit = ids.find((id) => id.startsWith("EDIT-"))?.match(/^EDIT-(.+)-1$/);
    assert.ok(message.includes(edit?.[1] ?? ""), "the edited message is there too");
    assert.ok(ids.includes("1e5"));
    assert.ok(ids.some((id) => id.includes("/") && id.includes("%")));
  }
});

test("a larger day has 40 more messages of each network for every step", () => {
  const larger = makeTraffic({ now, scale: 3 });

  const added = larger.items.filter(({ about }) => about === "An ordinary message");

  assert.equal(larger.items.length, traffic.items.length + 2 * 2 * 40);
  assert.equal(added.length, 160);
  assert.equal(
    new Set(larger.items.map(({ type, id }) => `${type} ${id}`)).size,
    larger.items.length,
  );
});

test("the connector files name the gateway they are made for, and no password", () => {
  const { connectors } = makeTraffic({ now, baseUrl: "http://127.0.0.1:4001" });

  assert.deepEqual(
    connectors.map(({ id, file }) => [id, file["id"], file["type"], file["source"]]),
    [
      ["wechat", "wechat", "WeChat", source("WECHAT_TELEMESSAGE_PASSWORD")],
      ["whatsapp", "whatsapp", "WhatsApp", source("WHATSAPP_TELEMESSAGE_PASSWORD")],
    ],
  );
});

test("the gateway gives out the day as it was made", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "traffic-"));
  t.after(() => rm(directory, { recursive: true }));
  const items = traffic.items.filter(({ bytes }) => bytes.byteLength < 100_000);

  await writeTraffic(directory, { ...traffic, items });
  const gateway = await startGateway({ items: await readItemDirectory(directory) });
  t.after(() => gateway.close());
  const login = Buffer.from(`${exampleAccount.username}:${exampleAccount.password}`);
  const headers = { Authorization: `Basic ${login.toString("base64")}` };

  for (const { type, id, bytes, mediaType, about } of items) {
    const path = `/v1/archives/${type}/items/${encodeURIComponent(id)}`;
    const response = await fetch(gateway.url + path, { headers });
    assert.equal(response.headers.get("content-type"), mediaType, about);
    assert.ok(Buffer.from(await response.arrayBuffer()).equals(bytes), about);
  }
  assert.equal((await gatewayControl(gateway.url).requests()).counts.read, items.length);
});

function source(passwordSetting: string) {
  return {
    kind: "telemessage",
    baseUrl: "http://127.0.0.1:4001",
    username: "archive@contoso.com",
    passwordSetting,
  };
}

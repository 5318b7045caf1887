import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { type TestContext, test } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { authorization, gatewayOf, item, signedIn } from "./client.ts";

const contract = parse(
  await readFile(
    new URL("../../../docs/telemessage-gateway.openapi.yaml", import.meta.url),
    "utf8",
  ).then((text) => text.replaceAll("#/components/schemas/", "#/$defs/")),
);
const { schemas } = contract.components;
const Page = z.fromJSONSchema({ $defs: schemas, ...schemas.Page });
const Problem = z.fromJSONSchema({ ...schemas.Problem, additionalProperties: false });

const threeItems = [
  item("second", "10:00:00.001"),
  item("third", "10:00:00.001"),
  item("first", "00:00:00.000"),
];

test("a page is as the published contract has it, oldest first", async (t) => {
  const { list } = await gatewayOf(t, { items: threeItems });

  const response = await list();

  const page = Page.parse(await response.json());
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.deepEqual(page, {
    items: [
      {
        id: "first",
        receivedAt: "2026-03-01T00:00:00.000Z",
        mediaType: "message/rfc822",
        size: 13,
      },
      {
        id: "second",
        receivedAt: "2026-03-01T10:00:00.001Z",
        mediaType: "message/rfc822",
        size: 14,
      },
      {
        id: "third",
        receivedAt: "2026-03-01T10:00:00.001Z",
        mediaType: "message/rfc822",
        size: 13,
      },
    ],
    next: null,
  });
});

test("the examples in the published contract obey its own schemas", () => {
  const { content } = contract.paths["/v1/archives/{type}/items"].get.responses["200"];

  const examples: { value: unknown }[] = Object.values(content["application/json"].examples);

  assert.equal(examples.length, 3);
  for (const { value } of examples) Page.parse(value);
});

test("two windows that meet hold an item on their border once, in the later one", async (t) => {
  const { listAll } = await gatewayOf(t, { items: threeItems });
  const border = "2026-03-01T10:00:00.001Z";

  const before = await listAll({ receivedTo: border });
  const after = await listAll({ receivedFrom: border });

  assert.deepEqual(ids(before), ["first"]);
  assert.deepEqual(ids(after), ["second", "third"]);
});

test("pages of one item each hold the whole window once", async (t) => {
  const items = Array.from({ length: 30 }, (_, n) => item(`item-${n % 7}-${n}`, "08:00:00.000"));
  const { listAll } = await gatewayOf(t, { items });

  const listed = await listAll({ pageSize: "1" });

  assert.deepEqual(ids(listed), ids(items).sort());
});

test("an item that arrives between two pages neither shifts nor doubles another", async (t) => {
  const { list, control } = await gatewayOf(t, { items: threeItems });
  const first = (await (await list({ pageSize: "2" })).json()) as { next: string };

  const body = Buffer.from("early");
  const early = { ...item("early", "05:00:00.000"), body };
  await control.putItems([early, { ...early, id: "late", receivedAt: at("23:00:00") }]);
  const rest = await (await list({ cursor: first.next })).json();

  assert.deepEqual(ids((rest as { items: { id: string }[] }).items), ["third", "late"]);
});

test("a cursor outlives a restart of the gateway", async (t) => {
  const before = await gatewayOf(t, { items: threeItems });
  const { next } = (await (await before.list({ pageSize: "1" })).json()) as { next: string };

  const after = await gatewayOf(t, { items: threeItems });
  const page = (await (await after.list({ cursor: next })).json()) as { items: { id: string }[] };

  assert.deepEqual(ids(page.items), ["second", "third"]);
});

test("a cursor that is made up, changed, expired or of another window is refused", async (t) => {
  const { list, control, get } = await gatewayOf(t, { items: threeItems });
  const { next } = (await (await list({ pageSize: "1" })).json()) as { next: string };
  const otherType = `/v1/archives/WhatsApp/items?receivedFrom=2026-03-01T00:00:00Z&receivedTo=2026-03-02T00:00:00Z&cursor=${next}`;

  const good = await list({ cursor: next });
  const refused = [
    await list({ cursor: "" }),
    await list({ cursor: "2" }),
    await list({ cursor: `x${next}` }),
    await list({ cursor: next, receivedTo: "2026-03-03T00:00:00Z" }),
    await get(otherType),
  ];
  await control.expireCursors();
  refused.push(await list({ cursor: next }));

  assert.equal(good.status, 200);
  for (const response of refused) await assertProblem(response, 400);
});

test("a request that the contract does not know is refused, and the refusal says why", async (t) => {
  const { get, list, url } = await gatewayOf(t);
  const cases: [number, Response][] = [
    [400, await list({ receivedFrom: "2026-03-01" })],
    [400, await list({ receivedFrom: "2026-03-01T00:00:00+01:00" })],
    [400, await list({ receivedFrom: "2026-02-30T00:00:00Z" })],
    [400, await list({ receivedFrom: "2026-03-02T00:00:00Z" })],
    [400, await get("/v1/archives/WeChat/items?receivedFrom=2026-03-01T00:00:00Z")],
    [400, await list({ pageSize: "0" })],
    [400, await list({ pageSize: "501" })],
    [400, await list({ pageSize: "ten" })],
    [400, await list({ since: "yesterday" })],
    [400, await get("/v1/account?verbose=1")],
    [400, await get("/v1/archives/WeChat/items/%zz")],
    [400, await get("/v1/archives/WeChat/items/%ff")],
    [404, await get("/v1/archives/WeChat/items/never-listed")],
    [404, await get("/v1/archives/We%20Chat/items")],
    [404, await get("/v1/archives/WeChat/items/a/b")],
    [404, await get("/v1/archives/WeChat/items/")],
    [404, await get("/v2/account")],
    [405, await fetch(`${url}/v1/account`, { method: "POST", headers: signedIn })],
  ];

  for (const [status, response] of cases) await assertProblem(response, status);
});

test("only the right user name and password open any route", async (t) => {
  const account = { username: "archive@contoso.com", password: "pass:wörd" };
  const { get } = await gatewayOf(t, { accounts: [account], items: threeItems });

  const right = await get("/v1/account", authorization("archive@contoso.com:pass:wörd"));
  const wrong = [
    await get("/v1/account", {}),
    await get("/v1/account", authorization("archive@contoso.com:pass")),
    await get("/v1/account", authorization(":")),
    await get("/v1/account", { Authorization: "Bearer token" }),
    await get("/v1/archives/WeChat/items/first", {}),
  ];

  assert.equal(right.status, 200);
  for (const response of wrong) {
    await assertProblem(response, 401);
    assert.match(response.headers.get("www-authenticate") ?? "", /^Basic /);
  }
});

test("any id can be read: slashes, percent signs, other scripts, digits only, dots", async (t) => {
  const awkward = ["a/b", "a%2Fb", "100%", "微信/消息 1", "0042", "1e5", "true", "..a", "a?b#c&d"];
  const { read, listAll } = await gatewayOf(t, { items: awkward.map((id) => item(id)) });

  const texts = await Promise.all(awkward.map(async (id) => (await read(id)).text()));

  assert.deepEqual(
    texts,
    awkward.map((id) => `Text of ${id}`),
  );
  assert.deepEqual(ids(await listAll({ pageSize: "2" })).sort(), awkward.sort());
});

test("an item comes with its media type and its exact length", async (t: TestContext) => {
  const { read, list } = await gatewayOf(t, { items: [item("1", "09:00:00.000", "微信")] });

  const listed = (await (await list()).json()) as { items: { size: number }[] };
  const response = await read("1");

  assert.equal(response.headers.get("content-type"), "message/rfc822");
  assert.equal(response.headers.get("content-length"), "6");
  assert.equal(listed.items[0]?.size, 6);
  assert.equal(await response.text(), "微信");
});

function ids(items: readonly { id: string }[]): string[] {
  return items.map(({ id }) => id);
}

function at(time: string): Date {
  return new Date(`2026-03-01T${time}Z`);
}

async function assertProblem(response: Response, status: number): Promise<void> {
  assert.equal(response.status, status, response.url);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  const problem = Problem.parse(await response.json()) as { detail: string };
  assert.ok(problem.detail.length > 10, "a refusal says what was wrong");
}

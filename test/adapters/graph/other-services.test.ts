import assert from "node:assert/strict";
import { test } from "node:test";
import type { GraphClient, GraphRequest } from "../../../shared/adapters/graph/client.ts";
import { GraphFailure } from "../../../shared/adapters/graph/graph-failure.ts";
import { ANN, delivery, graphWorld, mailItem, testFile } from "./world.ts";

// What the documentation leaves open, a service may do one way or the other.

const FOLDER = "WeChat Archiver";
const FILES = [testFile("one.bin", 3_200_000), testFile("two.bin", 1_000)];

/** Graph, with requests that it does not take, and answers that say less. */
function behind(
  change: (request: GraphRequest) => GraphRequest,
  leaveOut: readonly string[] = [],
): (inner: GraphClient) => GraphClient {
  return ({ baseUrl, send }) => ({
    baseUrl,
    async send<T>(request: GraphRequest) {
      const text = JSON.stringify((await send<unknown>(change(request))) ?? null);
      const less = JSON.parse(text, (key, value) => (leaveOut.includes(key) ? undefined : value));
      return (less ?? undefined) as T;
    },
  });
}

const without = (option: string, { query = {}, ...request }: GraphRequest): GraphRequest => ({
  ...request,
  query: Object.fromEntries(Object.entries(query).filter(([name]) => name !== option)),
});
const isFilteredBy = (words: string, { query }: GraphRequest) =>
  query?.["$filter"]?.includes(words);

test("a service that passes over a filter by property leads no item into somebody's folder", async (t) => {
  const { control, process } = await graphWorld(t);
  const through = behind((request) =>
    isFilteredBy("singleValueExtendedProperties", request) ? without("$filter", request) : request,
  );
  const to = delivery("1");

  await process({ through }).mailboxes.add(to, mailItem(to));
  await process({ through }).mailboxes.add(delivery("2"), mailItem(delivery("2"), {}, FILES));

  assert.equal((await control.messages(ANN, FOLDER)).length, 2);
});

test("a service that passes over filters does not make a missing item one that is there", async (t) => {
  const { process } = await graphWorld(t);
  const through = behind((request) =>
    request.path.endsWith("/messages") ? without("$filter", request) : request,
  );
  const { mailboxes } = process({ through });
  const [one, other] = [delivery("1"), delivery("2")];
  await mailboxes.add(one, mailItem(one));

  assert.equal(await mailboxes.find(other, mailItem(other)), undefined);
  assert.notEqual(await mailboxes.find(one, mailItem(one)), undefined);
});

test("a service that does not say where things lie gets its items, small and large", async (t) => {
  const { control, process } = await graphWorld(t);
  const { mailboxes } = process({ through: behind((request) => request, ["parentFolderId"]) });
  const [small, large] = [delivery("1"), delivery("2")];

  await mailboxes.add(small, mailItem(small));
  await mailboxes.add(large, mailItem(large, {}, FILES));

  assert.equal((await control.messages(ANN, FOLDER)).length, 2);
  assert.notEqual(await mailboxes.find(small, mailItem(small)), undefined);
});

for (const status of [400, 404]) {
  test(`a move is understood in the spelling of the documentation too (${status})`, async (t) => {
    const { control, process } = await graphWorld(t);
    const through = behind((request) => {
      if (JSON.stringify(request.body ?? "").includes("DestinationId")) {
        throw new GraphFailure({ status, code: "" });
      }
      return request;
    });
    const to = delivery("1");

    await process({ through }).mailboxes.add(to, mailItem(to, {}, FILES));

    assert.equal((await control.messages(ANN, FOLDER)).length, 1);
  });
}

test("a service that lists no users serves the app again after it refused it", async (t) => {
  const { control, process, pass } = await graphWorld(t);
  const through = behind((request) => {
    if (request.path === "/users") throw new GraphFailure({ status: 400, code: "" });
    return request;
  });
  const { mailboxes } = process({ through });
  const to = delivery("1");
  await control.setFaults({ rules: [{ kind: "status", path: "/", status: 401 }] });
  await assert.rejects(mailboxes.add(to, mailItem(to)), { code: "graph-forbidden", on: "app" });
  await control.clearFaults();

  pass(60_000);
  await mailboxes.add(to, mailItem(to));

  assert.equal((await control.messages(ANN, FOLDER)).length, 1);
});

test("an answer that names no user is no answer: whoever was asked about is not given up", async (t) => {
  const { process } = await graphWorld(t);
  const { directory } = process({ through: behind((request) => request, ["id"]) });

  await assert.rejects(directory.resolve("ann@contoso.com"), {
    code: "graph-unavailable",
    on: "app",
  });
});

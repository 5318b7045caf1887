import assert from "node:assert/strict";
import { test } from "node:test";
import { readUsers } from "../../../local/graph/directory.ts";
import { ANN, ann, BOB, bob, filter, standIn } from "./client.ts";

test("a user is found by object id and by user principal name in any case", async (t) => {
  const graph = await standIn(t);

  const byId = await graph.get(`/users/${ANN}?$select=id,mail`);
  const byName = await graph.get("/users/ANN@contoso.com?$select=id,mail");

  assert.equal(byId.body.mail, "ann@contoso.com");
  assert.equal(byName.body.id, ANN);
});

test("a user is not found by an alias in the path", async (t) => {
  const graph = await standIn(t, { users: [ann({ proxyAddresses: ["smtp:a.nn@contoso.com"] })] });

  const reply = await graph.get("/users/a.nn@contoso.com");

  assert.equal(reply.status, 404);
  assert.equal(reply.body.error.code, "Request_ResourceNotFound");
});

test("a filter finds a user by mail, name or proxy address, whatever the case", async (t) => {
  const graph = await standIn(t, {
    users: [ann({ proxyAddresses: ["SMTP:ann@contoso.com", "smtp:a.nn@contoso.com"] }), bob()],
  });
  const byAny = (address: string) =>
    filter(
      `mail eq '${address}' or userPrincipalName eq '${address}' or proxyAddresses/any(p:p eq 'smtp:${address}')`,
    );

  const alias = await graph.get(`/users?${byAny("A.nn@contoso.com")}&$select=id`);
  const nobody = await graph.get(`/users?${byAny("nobody@contoso.com")}`);

  assert.deepEqual(
    alias.body.value.map(({ id }: { id: string }) => id),
    [ANN],
  );
  assert.deepEqual(nobody.body.value, []);
});

test("an address that two users have gives two hits", async (t) => {
  const graph = await standIn(t, {
    users: [
      ann({ mail: "shared@contoso.com" }),
      bob({ proxyAddresses: ["smtp:shared@contoso.com"] }),
    ],
  });

  const reply = await graph.get(
    `/users?${filter("mail eq 'shared@contoso.com' or proxyAddresses/any(p:p eq 'smtp:shared@contoso.com')")}`,
  );

  assert.equal(reply.body.value.length, 2);
});

test("an apostrophe in an address is doubled in a filter", async (t) => {
  const graph = await standIn(t, { users: [ann({ mail: "o'neil@contoso.com" })] });

  const doubled = await graph.get(`/users?${filter("mail eq 'o''neil@contoso.com'")}`);
  const bare = await graph.get(`/users?${filter("mail eq 'o'neil@contoso.com'")}`);

  assert.equal(doubled.body.value.length, 1);
  assert.equal(bare.status, 400);
});

test("lists of users come in pages with a next link that keeps the question", async (t) => {
  const graph = await standIn(t);

  const first = await graph.get(`/users?$top=1&$select=id&${filter("userType eq 'Member'")}`);
  const second = await graph.raw(first.body["@odata.nextLink"], {
    headers: { Authorization: "Bearer token" },
  });

  assert.deepEqual(first.body.value, [{ id: ANN }]);
  assert.deepEqual(second.body.value, [{ id: BOB }]);
  assert.equal(second.body["@odata.nextLink"], undefined);
});

test("a mobile phone can only be searched with an advanced query", async (t) => {
  const graph = await standIn(t, { users: [ann({ mobilePhone: "+1 555 0100" })] });
  const question = filter("mobilePhone eq '+1 555 0100'");

  const simple = await graph.get(`/users?${question}`);
  const advanced = await graph.get(`/users?${question}&$count=true`, {
    ConsistencyLevel: "eventual",
  });

  assert.equal(simple.status, 400);
  assert.equal(simple.body.error.code, "Request_UnsupportedQuery");
  assert.equal(advanced.body.value.length, 1);
});

test("a guest's name with a number sign is found when it is encoded", async (t) => {
  const name = "carol_example.org#EXT#@contoso.com";
  const graph = await standIn(t, { users: [ann({ userPrincipalName: name, userType: "Guest" })] });

  const reply = await graph.get(`/users/${encodeURIComponent(name)}`);

  assert.equal(reply.body.id, ANN);
});

test("a name that begins with a dollar sign needs brackets and quotes", async (t) => {
  const graph = await standIn(t, { users: [ann({ userPrincipalName: "$ann@contoso.com" })] });

  const bare = await graph.get("/users/$ann@contoso.com");
  const quoted = await graph.get("/users('$ann@contoso.com')?$select=id");

  assert.equal(bare.status, 400);
  assert.equal(quoted.body.id, ANN);
});

test("an unknown property in $select is refused by its name", async (t) => {
  const graph = await standIn(t);

  const reply = await graph.get("/users/ann@contoso.com?$select=id,mobile");

  assert.equal(reply.status, 400);
  assert.match(reply.body.error.message, /'mobile' on type 'microsoft.graph.user'/);
});

test("a users file with a misspelt field says where it is wrong", () => {
  const file = JSON.stringify([{ id: ANN, userPrincipalName: "ann@contoso.com", malbox: "none" }]);

  assert.throws(() => readUsers(file, "users.json"), /users\.json\[0\]: 'malbox' is not known/);
});

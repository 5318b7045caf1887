import assert from "node:assert/strict";
import { test } from "node:test";
import { requestName } from "../../../shared/adapters/graph/observe.ts";
import { graphPath } from "../../../shared/adapters/graph/odata.ts";

test("what is told of a request names no person, no mailbox and no message", () => {
  const address = "ann+archive@contoso.com";
  const paths = [
    graphPath`/users/${address}`,
    graphPath`/users(${"'$ann@contoso.com'"})`,
    graphPath`/users/${"a0000000-0000-4000-8000-000000000001"}/mailFolders/inbox`,
    graphPath`/users/${address}/mailFolders/${"AAMk="}/messages`,
    graphPath`/users/${address}/messages/${"AAMk="}/attachments/createUploadSession`,
    `/users?$filter=mail eq '${address}'`,
  ];

  const names = paths.map((path) => requestName({ method: "GET", path }));

  assert.deepEqual(names, [
    "GET /users/{id}",
    "GET /{id}",
    "GET /users/{id}/mailFolders/inbox",
    "GET /users/{id}/mailFolders/{id}/messages",
    "GET /users/{id}/messages/{id}/attachments/createUploadSession",
    "GET /users",
  ]);
});

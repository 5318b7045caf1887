import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsOf } from "./graph-slice.ts";

const create = (body: object) =>
  faultsOf({ method: "POST", path: "/users/a/mailFolders/b/messages", body });

test("a request that Microsoft publishes has no fault", () => {
  const body = {
    subject: "Hello",
    body: { contentType: "html", content: "" },
    attachments: [
      { "@odata.type": "#microsoft.graph.fileAttachment", name: "a", contentBytes: "AA==" },
    ],
    singleValueExtendedProperties: [{ id: "Integer 0x0E07", value: "1" }],
  };

  assert.deepEqual(create(body), []);
});

test("a misspelt name, a wrong type and an unknown word are each named", () => {
  const faults = create({
    subjekt: "Hello",
    isRead: "yes",
    body: { contentType: "markdown", content: "" },
    attachments: [{ name: "a", contentBytes: "AA==" }],
    singleValueExtendedProperties: [{ value: "1" }],
  });

  assert.deepEqual(faults, [
    "body.subjekt is not published",
    "body.isRead is no boolean",
    "body.body.contentType is none of text,html",
    "body.attachments[0].contentBytes is not published",
    "body.singleValueExtendedProperties[0].id is missing",
  ]);
});

test("a path, a method or an option that is not published is a fault", () => {
  const path = "/users/a/mailFolders/b/messages";

  assert.equal(faultsOf({ method: "GET", path: "/users/a/calendar" }).length, 1);
  assert.equal(faultsOf({ method: "DELETE", path }).length, 1);
  assert.equal(faultsOf({ method: "GET", path, query: { $apply: "x" } }).length, 1);
  assert.equal(faultsOf({ method: "GET", path, query: { $select: "id,subjekt" } }).length, 1);
  assert.deepEqual(faultsOf({ method: "GET", path, query: { $select: "id,subject" } }), []);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { readBicep } from "./bicep.ts";
import { at, paths, resources, table, template, templates, text, texts } from "./files.ts";
import { roleAssignments } from "./role-assignments.ts";

const ROLE = "Microsoft.Authorization/roleAssignments";
const access = template("infra/modules/access.bicep");

const lines = (rows: readonly { principal: string; role: string; scope: string }[]) =>
  rows.map(({ principal, role, scope }) => `${principal} | ${role} | ${scope}`).sort();

test("the template gives exactly the roles of the committed table", () => {
  const given = lines(roleAssignments(access));
  const committed = table(text("infra/roles.md"), "# Roles").map((row) => ({
    principal: row["principal"] ?? "",
    role: row["id"] === "ours" ? (row["role"] ?? "") : (row["id"] ?? ""),
    scope: row["scope"] ?? "",
  }));

  assert.deepEqual(given, lines(committed));
});

test("no other file of the template assigns a role", () => {
  const assigning = templates().filter((file) => file.source.includes(ROLE));

  assert.deepEqual(
    assigning.map((file) => file.path),
    [access.path],
  );
});

test("the app's own role can neither delete a blob nor make or remove a container", () => {
  const [role] = resources(access, "Microsoft.Authorization/roleDefinitions");
  const permissions = role && at(role.value, "properties", "permissions");
  const [permission] = permissions?.kind === "list" ? permissions.items : [];
  assert.ok(permission);

  const given = ["actions", "dataActions"].flatMap((key) => texts(at(permission, key), access));
  const committed = table(text("infra/roles.md"), "## Archive Writer");

  assert.deepEqual(
    given,
    committed.map((row) => row["right"]),
  );
  assert.deepEqual(
    given.filter((right) => /delete|\*|containers\/write|immutab|permanent|tags/i.test(right)),
    [],
  );
});

test("the code deletes blobs only where its role lets it", () => {
  const deletes =
    /\w+\.(deleteBlobs?|deleteIfExists|deleteContainer|setTags|setLegalHold)\(|\.delete\(\)/g;

  const found = paths("shared/**/*.ts")
    .filter((path) => !path.startsWith("shared/adapters/graph/"))
    .flatMap((path) => [...text(path).matchAll(deletes)].map(([call]) => `${path}: ${call}`));

  // Azurite would let the others pass; on Azure they would be refused.
  assert.deepEqual(found, ["shared/adapters/blobs.ts: emails.deleteBlob("]);
});

test("a role on a wider scope, or to somebody unknown, does not pass unseen", () => {
  const altered = (change: (source: string) => string) => {
    const source = change(access.source);
    assert.notEqual(source, access.source);
    return { ...access, source, declarations: readBicep(source) };
  };
  const given = lines(roleAssignments(access));

  const wider = altered((s) => s.replace("scope: data::blobs::emails", "scope: data"));
  assert.notDeepEqual(lines(roleAssignments(wider)), given);

  const further = altered((s) => s.replace("var kept = ['raw',", "var kept = ['emails', 'raw',"));
  assert.notDeepEqual(lines(roleAssignments(further)), given);

  const stranger = altered((s) => s.replace("principalId: topicPrincipalId", "principalId: other"));
  assert.throws(() => roleAssignments(stranger), /other/);

  const everything = altered((s) => s.replace("scope: vault\n", ""));
  assert.throws(() => roleAssignments(everything), /vaultRole: scope/);
});

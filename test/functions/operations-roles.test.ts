import assert from "node:assert/strict";
import { test } from "node:test";
import { type Role, roles } from "../../shared/operations/caller.ts";
import type { Route } from "../../shared/operations/http/route.ts";
import { operationRoutes } from "../../shared/operations/http/routes.ts";
import { archive } from "../fakes/archive.ts";
import { ask, principal } from "../fakes/operator.ts";

/** Who may do what, as the issue says it; written by hand, so that a slip in the table of routes shows. */
const EXPECTED: Readonly<Record<string, readonly ("R" | "Au" | "O" | "Ad")[]>> = {
  "GET status": ["R", "Au", "O", "Ad"],
  "POST doctor": ["O", "Ad"],
  "POST tenant-check": ["Ad"],
  "POST verify": ["Au"],
  "POST ledger/rebuild": ["Ad"],
  "GET operations": ["Au"],
  "GET connector-types": ["R", "Au", "O", "Ad"],
  "GET connectors": ["R", "Au", "O", "Ad"],
  "GET connectors/:connector": ["Au", "O", "Ad"],
  "PUT connectors/:connector": ["Ad"],
  "POST connectors/:connector/enable": ["Ad"],
  "POST connectors/:connector/disable": ["Ad"],
  "POST connectors/:connector/test": ["O", "Ad"],
  "POST connector-drafts/test": ["Ad"],
  "GET mapping/template": ["R", "Au", "O", "Ad"],
  "POST mapping/check": ["Ad"],
  "GET connectors/:connector/mapping": ["R", "Au", "O", "Ad"],
  "PUT connectors/:connector/mapping": ["Ad"],
  "POST connectors/:connector/mapping/explain": ["Au", "O", "Ad"],
  "POST connectors/:connector/mapping/dry-run": ["Ad"],
  "POST connectors/:connector/mapping/misdelivered": ["Au", "Ad"],
  "GET runs": ["R", "Au", "O", "Ad"],
  "GET runs/:connector/:run": ["R", "Au", "O", "Ad"],
  "GET runs/:connector/:run/failed": ["Au"],
  "POST connectors/:connector/run": ["O"],
  "POST connectors/:connector/backfills": ["O"],
  "GET connectors/:connector/backfills": ["R", "Au", "O", "Ad"],
  "GET connectors/:connector/backfills/:backfill": ["R", "Au", "O", "Ad"],
  "POST reports/unmapped": ["Au", "Ad"],
  "GET poison": ["R", "Au", "O", "Ad"],
  "GET poison/counts": ["R", "Au", "O", "Ad"],
  "GET poison/:item": ["R", "Au", "O", "Ad"],
  "POST poison/strangers": ["O", "Ad"],
  "POST poison/strangers/discard": ["Ad"],
  "POST poison/redrive": ["O"],
  "POST poison/discard": ["Ad"],
  "GET items/:item": ["R", "Au", "O", "Ad"],
  "POST items/find": ["R", "Au", "O", "Ad"],
  "GET items/:item/email": ["Au"],
  "GET items/:item/raw": ["Au"],
  "POST exports": ["Au"],
  "POST items/search": ["Au"],
  "GET orders": ["R", "Au", "O", "Ad"],
  "GET orders/:order": ["R", "Au", "O", "Ad"],
  "GET orders/:order/report": ["Au", "Ad"],
};
const SHORT = {
  R: "Archive.Reader",
  Au: "Archive.Auditor",
  O: "Archive.Operator",
  Ad: "Archive.Administrator",
} as const;

const nameOf = ({ method, path }: Route) => `${method} ${path}`;

/** Answers without doing anything: only who gets there is asked. */
const doors = operationRoutes.map(
  (route): Route => ({
    method: route.method,
    path: route.path,
    roles: route.roles,
    action: route.action,
    answer: async () => ({ status: 299, headers: {}, body: "" }),
  }),
);

async function statusFor(route: Route, ...given: Role[]): Promise<number> {
  const path = route.path.replaceAll(/:\w+/g, "x");
  const headers = { "x-ms-client-principal": principal(...given) };
  const asked = { method: route.method, path, headers, signIn: "platform" as const, routes: doors };
  return (await ask(archive([]), asked)).status;
}

test("every route is in the table of roles, and no other", () => {
  assert.deepEqual(operationRoutes.map(nameOf).sort(), Object.keys(EXPECTED).sort());
});

for (const route of operationRoutes) {
  test(`${nameOf(route)} answers whom it should, and refuses every role that lacks it`, async () => {
    const expected = (EXPECTED[nameOf(route)] ?? []).map((short) => SHORT[short]);

    for (const role of roles) {
      const status = await statusFor(route, role);
      assert.equal(status, expected.includes(role) ? 299 : 403, role);
    }
    assert.equal(await statusFor(route), 403, "signed in without a role");
    const others = roles.filter((role) => !expected.includes(role));
    if (others.length > 0) assert.equal(await statusFor(route, ...others), 403, "all other roles");
  });
}

test("every route that changes anything, and every one that shows content, leaves a trace", () => {
  const silent = operationRoutes.filter(({ trace }) => trace === undefined).map(nameOf);

  assert.deepEqual(
    silent.filter((name) => !name.startsWith("GET ")),
    [
      // Look and change nothing.
      "POST doctor",
      "POST connectors/:connector/test",
      "POST mapping/check",
      "POST connectors/:connector/mapping/explain",
      "POST poison/strangers",
      "POST items/find",
    ],
  );
  for (const name of [
    "GET items/:item/email",
    "GET items/:item/raw",
    "GET runs/:connector/:run/failed",
  ]) {
    assert.ok(!silent.includes(name), name);
  }
});

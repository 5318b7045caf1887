import assert from "node:assert/strict";
import { test } from "node:test";
import { billOfMaterials, type Component, licenceFaults, staleLookUps } from "../../build-sbom.ts";

const component = (name: string, ...expressions: string[]): Component => ({
  name,
  version: "1.0.0",
  licenses: expressions.map((expression) => ({ expression })),
});

test("everything that is shipped is under a licence that a bank can live with, and is on the bill", async () => {
  const { bomFormat, components } = await billOfMaterials();

  assert.equal(bomFormat, "CycloneDX");
  assert.ok(components.some(({ name }) => name === "applicationinsights"));
  assert.ok(!components.some(({ name }) => name === "azurite"));
  assert.deepEqual(licenceFaults(components), []);
  assert.deepEqual(staleLookUps(components), []);
});

test("a licence that is not on the list, or none at all, is a fault, however deep the package lies", () => {
  const deep = { ...component("outer", "MIT"), components: [component("inner", "AGPL-3.0-only")] };

  const faults = licenceFaults([
    deep,
    component("silent"),
    { name: "named", version: "2.0.0", licenses: [{ license: { name: "see file" } }] },
  ]);

  assert.deepEqual(faults, [
    "inner@1.0.0: AGPL-3.0-only",
    "silent@1.0.0: names no licence",
    "named@2.0.0: see file",
  ]);
});

test("of a choice of licences one is enough; of several at once all must be allowed", () => {
  const faults = licenceFaults([
    component("choice", "(MIT OR GPL-3.0-only)"),
    component("both", "MIT AND GPL-3.0-only"),
    component("each", "MIT", "GPL-3.0-only"),
  ]);

  assert.deepEqual(faults, ["both@1.0.0: MIT AND GPL-3.0-only", "each@1.0.0: MIT, GPL-3.0-only"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { settingNames } from "../../shared/settings.ts";
import { readBicep } from "./bicep.ts";
import { template, text } from "./files.ts";
import { bicepSettings, disagreements, documentedSettings } from "./settings.ts";

const file = template("infra/modules/settings.bicep");
const names = {
  bicep: bicepSettings(file),
  sample: Object.keys(JSON.parse(text("local.settings.json.sample")).Values),
  code: settingNames,
  documented: documentedSettings(text("docs/deploy.md")),
};

test("template, sample, code and docs know the same settings", () => {
  assert.ok(names.bicep.length >= 20 && names.documented.length >= 30);
  assert.deepEqual(disagreements(names), []);
});

test("a setting that is added in one place only is noticed", () => {
  const added = "NEW_SETTING";
  const row = { name: added, readByApp: true };

  const places = {
    bicep: { ...names, bicep: [...names.bicep, added] },
    sample: { ...names, sample: [...names.sample, added] },
    code: { ...names, code: [...names.code, added] },
    documented: { ...names, documented: [...names.documented, row] },
  };

  for (const [place, altered] of Object.entries(places)) {
    const found = disagreements(altered);
    assert.ok(found.length > 0 && found.every((one) => one.startsWith(added)), place);
  }
});

test("a setting that is taken away in one place only is noticed", () => {
  const gone = "SOURCE_ALLOWED_HOSTS";
  const without = (all: readonly string[]) => all.filter((name) => name !== gone);
  const documented = names.documented.filter(({ name }) => name !== gone);

  assert.deepEqual(disagreements({ ...names, bicep: without(names.bicep) }), [
    `${gone}: the docs say Bicep sets it`,
  ]);
  assert.deepEqual(disagreements({ ...names, sample: without(names.sample) }), [
    `${gone}: the docs say the sample sets it`,
  ]);
  assert.deepEqual(disagreements({ ...names, code: without(names.code) }), [
    `${gone}: the docs say the app reads it`,
  ]);
  assert.equal(disagreements({ ...names, documented }).length, 3);
});

test("a setting that is left out somewhere needs a reason", () => {
  const documented = names.documented.map((one) =>
    one.name === "GRAPH_STATIC_TOKEN" ? { ...one, notOnAzure: "" } : one,
  );

  assert.deepEqual(disagreements({ ...names, documented }), [
    "GRAPH_STATIC_TOKEN: the docs do not say why Bicep does not set it",
  ]);
});

test("settings that the template joins in a new way are not overlooked", () => {
  const altered = (from: string, to: string) => {
    const source = file.source.replace(from, to);
    assert.notEqual(source, file.source);
    return { ...file, source, declarations: readBicep(source) };
  };

  assert.throws(() => bicepSettings(altered("union(archiveSettings", "union({}, archiveSettings")));
  assert.throws(() => bicepSettings(altered("hostSettings, premium", "more, premium")), /more/);
});

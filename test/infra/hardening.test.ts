import assert from "node:assert/strict";
import { test } from "node:test";
import { at, literal, resources, template, templates, texts } from "./files.ts";

const STORAGE = "Microsoft.Storage/storageAccounts";
const accounts = templates().flatMap((file) =>
  resources(file, STORAGE).map((account) => ({ file, account })),
);

test("nobody reaches a storage account by a shared key, without TLS or anonymously", () => {
  const wanted = {
    allowSharedKeyAccess: "false",
    allowBlobPublicAccess: "false",
    allowCrossTenantReplication: "false",
    defaultToOAuthAuthentication: "true",
    minimumTlsVersion: "TLS1_2",
    supportsHttpsTrafficOnly: "true",
  };

  const found = accounts.map(({ account }) =>
    Object.fromEntries(
      Object.keys(wanted).map((key) => [key, literal(at(account.value, "properties", key))]),
    ),
  );

  assert.equal(accounts.length, 3);
  for (const settings of found) {
    assert.deepEqual(settings, wanted);
  }
});

test("queues and tables of the archive can be encrypted with a customer's key", () => {
  const file = template("infra/modules/data-storage.bicep");
  const [account] = resources(file, STORAGE);
  assert.ok(account);

  for (const service of ["blob", "queue", "table"]) {
    const keyType = at(account.value, "properties", "encryption", "services", service, "keyType");
    assert.equal(literal(keyType), "Account", service);
  }
});

test("no container of any account is public", () => {
  const all = templates().flatMap((file) =>
    resources(file, `${STORAGE}/blobServices/containers`).map(({ value }) =>
      literal(at(value, "properties", "publicAccess")),
    ),
  );

  assert.ok(all.length >= 5);
  assert.deepEqual([...new Set(all)], ["None"]);
});

test("raw items, receipts and custody files are under retention, and no rule deletes them", () => {
  const file = template("infra/modules/data-storage.bicep");
  const [policy] = resources(file, `${STORAGE}/blobServices/containers/immutabilityPolicies`);
  const [lifecycle] = resources(file, `${STORAGE}/managementPolicies`);
  assert.ok(policy && lifecycle);

  const over = policy.value.kind === "loop" ? policy.value.over : undefined;
  assert.deepEqual(texts(over, file), ["raw", "receipts", "custody"]);
  const appends = at(policy.value, "properties", "allowProtectedAppendWrites");
  assert.equal(literal(appends), "false");

  const rules = at(lifecycle.value, "properties", "policy", "rules");
  const prefixes = (rules?.kind === "list" ? rules.items : []).flatMap((rule) =>
    texts(at(rule, "definition", "filters", "prefixMatch"), file),
  );
  assert.deepEqual(prefixes, ["drop/", "emails/"]);
});

test("no rule deletes an email that still counts, only the versions of those deleted already", () => {
  const file = template("infra/modules/data-storage.bicep");
  const [lifecycle] = resources(file, `${STORAGE}/managementPolicies`);
  assert.ok(lifecycle);

  const rules = at(lifecycle.value, "properties", "policy", "rules");
  const emails = (rules?.kind === "list" ? rules.items : []).filter((rule) =>
    texts(at(rule, "definition", "filters", "prefixMatch"), file).includes("emails/"),
  );
  const actions = emails.map((rule) => at(rule, "definition", "actions"));

  assert.equal(actions.length, 1);
  assert.deepEqual(
    actions.flatMap((value) => (value?.kind === "object" ? [...value.entries.keys()] : [])),
    ["version"],
  );
});

test("the archive's account cannot be removed by mistake", () => {
  const file = template("infra/modules/data-storage.bicep");
  const [lock] = resources(file, "Microsoft.Authorization/locks");
  assert.ok(lock);

  assert.equal(literal(at(lock.value, "scope")), "account");
  assert.equal(literal(at(lock.value, "properties", "level")), "CanNotDelete");
});

test("the template asks Azure for one key only: the host's, by which Event Grid calls it", () => {
  const asking = templates().flatMap(({ path, source }) =>
    [...source.matchAll(/\.?list[A-Z]\w*\(.*/g)].map(([call]) => ({ path, call })),
  );

  assert.equal(asking.length, 1);
  assert.equal(asking[0]?.path, "infra/events.bicep");
  assert.match(asking[0]?.call ?? "", /^listKeys\('\$\{app\.id\}\/host\/default'/);
  for (const { path, source } of templates()) {
    assert.doesNotMatch(source, /AccountKey|SharedAccessSignature/, path);
  }
});

test("calls come over TLS 1.2, and publishing needs a sign-in", () => {
  const file = template("infra/modules/app.bicep");
  const [app] = resources(file, "Microsoft.Web/sites");
  assert.ok(app);
  const site = (...keys: string[]) => literal(at(app.value, "properties", ...keys));

  assert.equal(site("httpsOnly"), "true");
  assert.equal(site("siteConfig", "minTlsVersion"), "1.2");
  assert.equal(site("siteConfig", "scmMinTlsVersion"), "1.2");
  assert.equal(site("siteConfig", "ftpsState"), "Disabled");
  assert.equal(site("siteConfig", "remoteDebuggingEnabled"), "false");
  const basic = resources(file, "Microsoft.Web/sites/basicPublishingCredentialsPolicies");
  assert.deepEqual(
    basic.map(({ value }) => [
      literal(at(value, "name")),
      literal(at(value, "properties", "allow")),
    ]),
    [
      ["ftp", "false"],
      ["scm", "false"],
    ],
  );
});

test("two paths are open without a sign-in, and no other", () => {
  const file = template("infra/modules/sign-in.bicep");
  const [signIn] = resources(file, "Microsoft.Web/sites/config");
  assert.ok(signIn);
  const validation = at(signIn.value, "properties", "globalValidation");
  assert.ok(validation);

  assert.equal(literal(at(validation, "requireAuthentication")), "true");
  assert.deepEqual(texts(at(validation, "excludedPaths"), file), [
    "/runtime/webhooks/blobs",
    "/api/health",
  ]);
});

test("telemetry, logs and vault take no key either", () => {
  const monitoring = template("infra/modules/monitoring.bicep");
  const [workspace] = resources(monitoring, "Microsoft.OperationalInsights/workspaces");
  const [insights] = resources(monitoring, "Microsoft.Insights/components");
  const [vault] = resources(template("infra/modules/vault.bicep"), "Microsoft.KeyVault/vaults");
  assert.ok(workspace && insights && vault);

  assert.equal(literal(at(workspace.value, "properties", "features", "disableLocalAuth")), "true");
  assert.equal(literal(at(insights.value, "properties", "DisableLocalAuth")), "true");
  assert.equal(literal(at(vault.value, "properties", "enableRbacAuthorization")), "true");
  assert.equal(literal(at(vault.value, "properties", "enablePurgeProtection")), "true");
});

test("every resource that a template writes is seen by these checks", () => {
  for (const { path, source, declarations } of templates()) {
    const written = source.match(/^ *(resource|module) \w+ '/gm)?.length ?? 0;
    const seen = declarations.filter(
      (one) => one.keyword === "resource" || one.keyword === "module",
    );
    assert.equal(seen.length, written, path);
  }
});

import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { paths, text } from "./files.ts";
import { type Call, run } from "./stand-in-commands.ts";

const GROUP = "rg-archive";
const scripts = paths("infra/scripts/*.sh").filter((path) => !path.endsWith("outputs.sh"));

/** The calls that change something, without the questions before them. */
const changes = (calls: readonly Call[]) =>
  calls.filter(({ args }) =>
    /\b(set|create|delete|lock|add|remove|post|patch|publish)\b/.test(args),
  );

test("the salt is made once, and its value is no argument of any command", async () => {
  const first = await run("make-salt.sh", [GROUP], {
    answers: [{ to: /keyvault secret list/, out: "0" }],
  });
  const again = await run("make-salt.sh", [GROUP], {
    answers: [{ to: /keyvault secret list/, out: "1" }],
  });

  const [made, ...more] = changes(first.calls);
  assert.match(made?.args ?? "", /^keyvault secret set .*--name tenant-hash-salt/);
  assert.match(made?.input ?? "", /^[A-Za-z0-9+/]{64}$/);
  assert.deepEqual(more, []);
  assert.ok(first.calls.every(({ args }) => !args.includes(made?.input ?? "")));
  assert.doesNotMatch(first.out, /[A-Za-z0-9+/]{40}/);
  assert.deepEqual(changes(again.calls), []);
  assert.equal(again.exit, 0);
});

test("a vault that does not answer makes no salt", async () => {
  const refused = await run("make-salt.sh", [GROUP], {
    answers: [{ to: /keyvault secret list/, exit: 1 }],
  });

  assert.notEqual(refused.exit, 0);
  assert.deepEqual(changes(refused.calls), []);
});

test("a password goes into the vault through a pipe, with a date on which it runs out", async () => {
  const secret = "wechat-telemessage-password";
  const value = "correct horse";

  const stored = await run("put-secret.sh", [GROUP, secret, "--days", "90"], { input: value });

  const [set] = stored.calls.filter(({ args }) => args.startsWith("keyvault secret set"));
  assert.equal(stored.exit, 0, stored.out);
  assert.equal(set?.input, value);
  assert.match(set?.args ?? "", /--expires \d{4}-\d{2}-\d{2}T/);
  assert.ok(!stored.out.includes(value));
  assert.ok(stored.calls.every(({ args }) => !args.includes(value)));
  assert.ok(stored.calls.some(({ args }) => args.includes("configreferences/appsettings/refresh")));
});

test("nobody changes the salt by putting a secret of its name", async () => {
  const refused = await run("put-secret.sh", [GROUP, "tenant-hash-salt"], { input: "other" });

  assert.equal(refused.exit, 1);
  assert.deepEqual(changes(refused.calls), []);
});

test("a policy is locked only when its container's name is typed, and never twice", async () => {
  const answers = [
    { to: /immutability-policy show .*--container-name raw/, out: 'Locked\n2557\n"a"' },
    { to: /immutability-policy show/, out: 'Unlocked\n2557\n"b"' },
  ];

  const some = await run("lock-immutability.sh", [GROUP], { answers, input: "receipts\nno\n" });
  const none = await run("lock-immutability.sh", [GROUP, "--show"], { answers });

  assert.deepEqual(
    changes(some.calls).map(({ args }) =>
      /--container-name (\w+) --if-match (\S+)/.exec(args)?.slice(1),
    ),
    [["receipts", '"b"']],
  );
  assert.match(some.out, /custody: left as it is/);
  assert.deepEqual(changes(none.calls), []);
  assert.match(none.out, /raw: Locked, 2557 days/);
});

test("a deployment that would set a locked policy again does not begin", async () => {
  const answers = [
    { to: /provider show/, out: "Registered" },
    { to: /deployment group list/, out: "1" },
    { to: /immutability-policy show/, out: "Locked" },
  ];

  const refused = await run("deploy.sh", [GROUP, "infra/small.bicepparam"], { answers });

  assert.equal(refused.exit, 1);
  assert.match(refused.out, /immutabilityLocked = true/);
  assert.deepEqual(changes(refused.calls), []);
});

test("a first deployment ends with a salt", async () => {
  const answers = [
    { to: /provider show/, out: "Registered" },
    { to: /deployment group list|keyvault secret list/, out: "0" },
  ];

  const deployed = await run("deploy.sh", [GROUP, "infra/small.bicepparam"], { answers });

  assert.equal(deployed.exit, 0, deployed.out);
  assert.deepEqual(
    changes(deployed.calls).map(({ args }) => args.split(" ").slice(0, 3).join(" ")),
    ["deployment group create", "keyvault secret set"],
  );
});

test("the deployment endpoint is closed again, also when publishing fails", async () => {
  const failing = await run("publish.sh", [GROUP, "--open", "203.0.113.7"], {
    answers: [{ to: /azure functionapp publish/, exit: 1 }],
  });

  assert.notEqual(failing.exit, 0);
  assert.deepEqual(
    failing.calls
      .filter(({ args }) => /publish|access-restriction/.test(args))
      .map(({ command, args }) => `${command} ${/access-restriction \w+|publish/.exec(args)?.[0]}`),
    ["az access-restriction add", "func publish", "az access-restriction remove"],
  );
});

test("publishing builds first, and uploads what was built", async () => {
  const published = await run("publish.sh", [GROUP]);

  assert.equal(published.exit, 0, published.out);
  const steps = published.calls.filter(({ command }) => command !== "az");
  assert.deepEqual(
    steps.map(({ command, args }) => `${command} ${args}`),
    ["npm run build", "func azure functionapp publish func-archive-x --no-build --javascript"],
  );
});

test("Event Grid is subscribed only once the host has made its key", async () => {
  const early = await run("subscribe-events.sh", [GROUP]);
  const ready = await run("subscribe-events.sh", [GROUP], {
    answers: [{ to: /functionapp keys list/, out: "key-of-the-host" }],
  });

  assert.equal(early.exit, 1);
  assert.match(early.out, /is the code published/);
  assert.deepEqual(changes(early.calls), []);
  const [created] = changes(ready.calls);
  assert.match(created?.args ?? "", /deployment group create .*events\.bicep/);
  assert.ok(!`${ready.out} ${created?.args}`.includes("key-of-the-host"));
});

test("the identity gets the right to read the directory, and no other, once", async () => {
  const lists = /servicePrincipals\/identity\/appRoleAssignments --query/;
  const userReadAll = "df021288-bdef-4463-88db-98f22de89214";

  const first = await run("grant-graph.sh", [GROUP]);
  const again = await run("grant-graph.sh", [GROUP], {
    answers: [{ to: lists, out: userReadAll }],
  });
  const tooMuch = await run("grant-graph.sh", [GROUP], {
    answers: [{ to: lists, out: "e2a3a72e-5f79-4c64-b1b1-878b674786c9" }],
  });

  const [given, ...more] = changes(first.calls);
  assert.match(given?.args ?? "", new RegExp(`"appRoleId":"${userReadAll}"`));
  assert.deepEqual(more, []);
  assert.deepEqual(changes(again.calls), []);
  assert.equal(tooMuch.exit, 1);
  assert.deepEqual(changes(tooMuch.calls), []);
});

test("an operators' registration has four roles and no secret", async () => {
  const answers = [
    { to: /ad app list/, out: "app-object" },
    { to: /--query appId/, out: "client" },
    { to: /length\(/, out: "0" },
  ];

  const registered = await run("register-operators-app.sh", ["archive-operators", GROUP], {
    answers,
  });

  const body = JSON.parse(text("infra/scripts/operators-app.json"));
  const roles: { value: string; id: string }[] = body.appRoles;
  assert.deepEqual(
    roles.map(({ value }) => value),
    ["Archive.Reader", "Archive.Auditor", "Archive.Operator", "Archive.Administrator"],
  );
  assert.equal(new Set(roles.map(({ id }) => id)).size, 4);
  assert.equal(registered.exit, 0, registered.out);
  const sent = registered.calls.map(({ args }) => args).join("\n");
  assert.doesNotMatch(sent, /addPassword|credential reset|passwordCredentials/);
  assert.match(sent, /federatedIdentityCredentials .*"subject":"identity"/);
  assert.match(sent, /func-archive-x\.azurewebsites\.net\/\.auth\/login\/aad\/callback/);
});

test("removing keeps the archive, the vault and the logs, and does nothing unasked", async () => {
  const answers = [
    { to: /resource list .*--resource-type (\S+)/, out: "/id/of/the/app" },
    { to: /storage account show --resource-group \S+ --name stharchivex/, out: "/id/of/host" },
  ];

  const asked = await run("remove.sh", [GROUP, "--yes"], { answers });
  const looked = await run("remove.sh", [GROUP], { answers });

  assert.deepEqual(changes(looked.calls), []);
  const all = asked.calls.map(({ args }) => args).join("\n");
  assert.match(all, /resource delete --ids \/id\/of\/host/);
  assert.doesNotMatch(
    all,
    /stdarchivex|KeyVault|OperationalInsights|Insights\/components|Microsoft\.Network|storageAccounts/,
  );
});

test("a rollback to a release that is not there changes nothing", async () => {
  const refused = await run("rollback.sh", [GROUP, "v0.0.0-none"]);

  assert.equal(refused.exit, 1);
  assert.match(refused.out, /There is no release v0\.0\.0-none/);
  assert.deepEqual(refused.calls, []);
});

test("every script says how it is used, can be run, and has its place in the deployment guide", () => {
  const guide = text("docs/deploy.md");
  for (const path of scripts) {
    assert.match(text(path), /^#!\/usr\/bin\/env bash\n# .*\n(# .*\n)*?# usage: \S+\.sh/, path);
    assert.match(text(path), /^set -euo pipefail$/m, path);
    assert.ok(statSync(join(import.meta.dirname, "../..", path)).mode & 0o100, path);
  }
  for (const path of [...scripts, ...paths("infra/scripts/*.ps1")]) {
    assert.ok(
      guide.includes(path.replace("infra/scripts/", "")),
      `${path} is not in docs/deploy.md`,
    );
  }
});

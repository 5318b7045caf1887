import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { SourceError } from "../../shared/domain/errors.ts";
import { archive } from "../fakes/archive.ts";
import { archiver, serve } from "./running.ts";

const account = ["telemessage", "https://gateway.example", "archive@contoso.com", ""];

async function wizard(app: ReturnType<typeof archive>, answers: readonly string[]) {
  await using server = await serve(app);
  return await archiver(["connectors", "add"], { url: server.url, answers });
}

function written(app: ReturnType<typeof archive>, id: string) {
  const bytes = app.blobs.get(`config/connectors/${id}.json`);
  return bytes && JSON.parse(bytes.toString());
}

test("a connector is set up step by step, with its mapping, and the file is what was reviewed", async () => {
  const app = archive([]);
  const folder = await mkdtemp(join(tmpdir(), "archiver-wizard-"));
  const csv = join(folder, "signal.csv");
  await writeFile(csv, "15550100,ann@contoso.com\n");

  const { code, err, out } = await wizard(app, [
    "Signal",
    "",
    ...account,
    "y",
    "y",
    csv,
    "GB",
    "y",
    "",
    "y",
  ]);

  await rm(folder, { recursive: true });
  assert.equal(code, 0, err);
  assert.deepEqual(written(app, "signal"), {
    id: "signal",
    type: "Signal",
    enabled: true,
    source: {
      kind: "telemessage",
      baseUrl: "https://gateway.example",
      username: "archive@contoso.com",
      passwordSetting: "SIGNAL_TELEMESSAGE_PASSWORD",
    },
    mapping: { automatic: true, custom: "mappings/signal.csv", defaultCountry: "GB" },
  });
  assert.equal(String(app.blobs.get("config/mappings/signal.csv")), "15550100,ann@contoso.com\n");
  assert.match(err, /put-secret\.sh RESOURCE_GROUP signal-password/);
  assert.match(err, /Microsoft\.KeyVault\(VaultName=VAULT;SecretName=signal-password\)/);
  assert.match(err, /grant-mailboxes\.ps1/);
  assert.match(err, /The app can sign in/);
  assert.match(out, /archiver run signal/);
});

test("it never asks for a password: a setting's name is the only thing it takes", async () => {
  const { err } = await wizard(archive([]), ["Signal", "", ...account, "y", "n", "y", "n", "n"]);

  const questions = err.split("\n").filter((line) => /password/i.test(line) && line.includes(": "));
  assert.ok(questions.every((line) => !/^(Password|Its password)/i.test(line)));
  assert.match(err, /App setting that holds its password, not the password itself/);
});

test("an account that is refused is told, and the connector is written disabled", async () => {
  const app = archive([]);
  app.source.down = new SourceError("stopped", "unauthorized");

  const { code, err } = await wizard(app, ["Signal", "", ...account, "n", "y", "n", "y", "", "y"]);

  assert.equal(code, 0, err);
  assert.match(err, /cannot sign in yet: unauthorized/);
  assert.equal(written(app, "signal")?.enabled, false);
});

test("a wrong answer is asked again, and says what would be right", async () => {
  const app = archive([]);

  const { err } = await wizard(app, [
    "Signaal",
    "Signal",
    "Not An Id",
    "signal-2",
    "drop",
    "no slash",
    "x/",
    "y",
    "n",
    "y",
    "",
    "y",
  ]);

  assert.match(err, /one of WeChat, WhatsApp/);
  assert.match(err, /lower-case letters, digits and -/);
  assert.match(err, /must end in \//);
  assert.deepEqual(written(app, "signal-2")?.source, { kind: "drop", prefix: "x/" });
});

test("who says no at the review, or stops answering, has changed nothing", async () => {
  for (const answers of [
    ["Signal", "", ...account, "y", "n", "y", "", "n"],
    ["Signal", "", ...account, "y"],
  ]) {
    const app = archive([]);
    await wizard(app, answers);
    assert.equal(written(app, "signal"), undefined);
  }
});

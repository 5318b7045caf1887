import { readFile } from "node:fs/promises";
import { type Asking, asking } from "./asking.ts";
import { path, whyHeader } from "./client.ts";
import { CommandError } from "./io.ts";
import { safe } from "./output.ts";
import type { Context } from "./program.ts";

interface Type {
  readonly type: string;
  readonly name: string;
  readonly folder: string;
}

type Source = Readonly<Record<string, string | number>>;

/**
 * Sets up a connector as the original's wizard does: type, account, test, mapping,
 * permissions, review, finish. Nothing is written before the end, and no password
 * is ever asked for: it is named by its app setting, and put into the vault by
 * whoever may.
 */
export async function addConnector({ client, out, io }: Context): Promise<void> {
  const wizard = asking(io);
  try {
    const { types }: { types: readonly Type[] } = await client.json({ path: "connector-types" });
    wizard.say("1. Type");
    const type = await wizard.choose(
      "Which network",
      types.map((it) => it.type),
    );
    const id = await wizard.ask("Id: lower-case letters, digits and -; it never changes", {
      default: type.toLowerCase(),
      check: (it) =>
        /^[a-z0-9][a-z0-9-]{0,62}$/.test(it) ? undefined : "lower-case letters, digits and -",
    });

    wizard.say("\n2. Account");
    const source = await askSource(id, wizard);

    wizard.say("\n3. Test");
    const draft = { id, type, enabled: false, source, mapping: { automatic: true } };
    const canSignIn = await testDraft(draft, wizard, { client });

    wizard.say("\n4. Mapping");
    const { mapping, file } = await askMapping(id, wizard);

    wizard.say("\n5. Permissions");
    wizard.say(PERMISSIONS);
    await wizard.confirm("Are they granted, or being granted", true);

    wizard.say("\n6. Review");
    const folder = types.find((it) => it.type === type)?.folder;
    const enabled = await wizard.confirm("Shall it collect as soon as it is written", canSignIn);
    const connector = { id, type, enabled, source, mapping };
    wizard.say(JSON.stringify(connector, undefined, 2));
    wizard.say(`Items go into the folder "${folder}" of each mailbox.`);
    if (!(await wizard.confirm("Write it", true))) {
      wizard.say("Nothing was written.");
      return;
    }

    const bytes = Buffer.from(`${JSON.stringify(connector, undefined, 2)}\n`);
    const told = await client.json({ method: "PUT", path: path("connectors", id), bytes });
    if (file) await uploadMapping(id, file, wizard, { client });
    out.print(told, () => finished(id, enabled));
  } finally {
    wizard.close();
  }
}

async function askSource(id: string, wizard: Asking): Promise<Source> {
  const kind = await wizard.choose(
    "Where it collects",
    ["telemessage", "sftp", "drop"],
    "telemessage",
  );
  if (kind === "drop") {
    const prefix = await wizard.ask("Prefix in the container drop", {
      default: `${id}/`,
      check: (it) => (/^[^/].*\/$/.test(it) ? undefined : "must end in /"),
    });
    return { kind, prefix };
  }
  const setting = `${id.toUpperCase().replaceAll("-", "_")}_${kind === "sftp" ? "SFTP_PASSWORD" : "TELEMESSAGE_PASSWORD"}`;
  const address: Source =
    kind === "telemessage"
      ? { baseUrl: await wizard.ask("Base URL of the gateway, https://…") }
      : {
          host: await wizard.ask("Host"),
          port: Number(await wizard.ask("Port", { default: "22" })),
          path: await wizard.ask("Folder", { default: "/outgoing" }),
          hostKey: await wizard.ask(
            "The server's key, SHA256:… (ssh-keyscan HOST | ssh-keygen -lf -)",
          ),
        };
  const username = await wizard.ask("User name of the TeleMessage account");
  const passwordSetting = await wizard.ask(
    "App setting that holds its password, not the password itself",
    {
      default: setting,
      check: (it) => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(it) ? undefined : "letters, digits and _"),
    },
  );
  wizard.say(secretCommands(id, passwordSetting));
  return { kind, ...address, username, passwordSetting };
}

/** How the password gets where only the app reads it. */
function secretCommands(id: string, setting: string): string {
  const secret = `${id}-password`;
  return `
The password is never typed here. Whoever may put it into the vault runs:
  infra/scripts/put-secret.sh RESOURCE_GROUP ${secret}
and the app setting refers to it, in the parameters file:
  connectorSecrets: [{ setting: '${setting}', secret: '${secret}' }]
or by hand:
  az keyvault secret set --vault-name VAULT --name ${secret} --file password.txt
  az functionapp config appsettings set --resource-group GROUP --name APP \\
    --settings "${setting}=@Microsoft.KeyVault(VaultName=VAULT;SecretName=${secret})"
On this machine: set the environment variable ${setting} before npm start.
`;
}

const PERMISSIONS = `The app's identity needs User.Read.All in Microsoft Graph, and Application Mail.ReadWrite in Exchange
for the mailboxes of one group. Whoever may grant them runs:
  infra/scripts/grant-graph.sh RESOURCE_GROUP
  pwsh infra/scripts/grant-mailboxes.ps1 -AppId CLIENT_ID -ObjectId OBJECT_ID -Group archive@contoso.com
A new grant acts after 30 minutes to 2 hours.`;

async function testDraft(
  draft: object,
  wizard: Asking,
  { client }: Pick<Context, "client">,
): Promise<boolean> {
  for (;;) {
    const told = await tryDraft(draft, { client });
    if (told === undefined) {
      wizard.say("The app can sign in.");
      return true;
    }
    wizard.say(`The app cannot sign in yet: ${safe(told)}`);
    if (!(await wizard.confirm("Try again", false))) return false;
  }
}

/** Why the app cannot sign in; nothing when it can. */
async function tryDraft(
  draft: object,
  { client }: Pick<Context, "client">,
): Promise<string | undefined> {
  try {
    const told = await client.json({ method: "POST", path: "connector-drafts/test", json: draft });
    return told.ok ? undefined : `${told.detail}. ${told.remedy}`;
  } catch (error) {
    // A setting that is not there yet, a host that is not allowed: the person mends it meanwhile.
    if (error instanceof CommandError) return error.message;
    throw error;
  }
}

async function askMapping(
  id: string,
  wizard: Asking,
): Promise<{ mapping: Readonly<Record<string, string | boolean>>; file?: string }> {
  const automatic = await wizard.confirm(
    "Map by the e-mail address that TeleMessage has of its user",
    true,
  );
  const hasFile = await wizard.confirm("Map by mobile number, with a CSV file", true);
  if (!hasFile) return { mapping: { automatic } };
  const file = await wizard.ask("The CSV file on this machine; - for later", { default: "-" });
  const country = await wizard.ask(
    "Country of numbers in a national form, such as GB; - for none",
    {
      default: "-",
      check: (it) => (/^([A-Z]{2}|-)$/.test(it) ? undefined : "two capital letters"),
    },
  );
  const mapping = {
    automatic,
    custom: `mappings/${id}.csv`,
    ...(country !== "-" && { defaultCountry: country }),
  };
  return { mapping, ...(file !== "-" && { file }) };
}

/** The connector is written by now: a file that is refused is told, and uploaded later. */
async function uploadMapping(
  id: string,
  file: string,
  wizard: Asking,
  { client }: Pick<Context, "client">,
): Promise<void> {
  try {
    const bytes = await readFile(file);
    const headers = whyHeader("connector added");
    const place = path("connectors", id, "mapping");
    const { rows, refused } = await client.json({ method: "PUT", path: place, bytes, headers });
    wizard.say(`Mapping: ${rows} rows in force, ${refused.length} refused.`);
  } catch (error) {
    const reason = error instanceof CommandError ? error.message : `${file} cannot be read`;
    wizard.say(
      `The mapping was not uploaded: ${safe(reason)}\nLater: archiver mapping upload ${id} FILE --why "…"`,
    );
  }
}

function finished(id: string, enabled: boolean): string {
  const next = enabled
    ? `It collects at the next tick. Now: archiver run ${id}, then archiver status`
    : `When it is ready: archiver connectors enable ${id} --why "…"`;
  return `${id} is written. ${next}`;
}

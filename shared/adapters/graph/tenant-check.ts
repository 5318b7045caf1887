import type { MailFolder } from "@microsoft/microsoft-graph-types";
import { failureWord } from "../../domain/error-table.ts";
import type { GraphClient } from "./client.ts";
import { clouds, type GraphCloud } from "./clouds.ts";
import { GraphFailure, isStatus } from "./graph-failure.ts";
import { graphPath, odataText, type Page } from "./odata.ts";
import type { Sleep } from "./patience.ts";
import { type Bench, type TenantTest, Unlike } from "./tenant-bench.ts";
import {
  filesOnReceivedMessage,
  foundAtOnce,
  oneRequest,
  receivedMessage,
  stagingAndMove,
  tooLarge,
} from "./tenant-tests.ts";
import type { Token } from "./token.ts";

/** What one of the tests T1–T10 of docs/graph.md showed. */
export interface Verdict {
  readonly test: string;
  readonly title: string;
  readonly verdict: "passed" | "failed" | "not-run";
  readonly detail: string;
  /** What a person has to do, before or after. */
  readonly manual?: readonly string[];
}

const VISIBLE = "Archiver tenant check";
const HIDDEN = "Archiver tenant check, hidden";

/**
 * Runs against one test mailbox what a script can judge of the tests T1–T10, and
 * names the steps for the rest. Writes a few messages into two folders of its own;
 * those of T1 stay, to be looked at in Outlook.
 *
 * A test that fails is a verdict; this throws only when the mailbox cannot be
 * reached at all.
 */
export async function tenantCheck(
  client: GraphClient,
  options: {
    /** Object id or user principal name of the test mailbox. */
    mailbox: string;
    cloud: GraphCloud;
    token: Token;
    now: () => Date;
    sleep: Sleep;
  },
): Promise<readonly Verdict[]> {
  const { mailbox, cloud, token, now, sleep } = options;
  const bench: Bench = {
    client,
    mailbox,
    cloud: clouds[cloud],
    visible: await folder(client, mailbox, { displayName: VISIBLE }),
    hidden: await folder(client, mailbox, { displayName: HIDDEN, isHidden: true }),
    now,
    sleep,
  };
  const verdicts: Verdict[] = [];
  for (const { run, ...about } of AUTOMATIC) {
    verdicts.push({ ...about, ...(await judged(run, bench)) });
  }
  const permissions = await permissionsVerdict(token, verdicts);
  const manual: Verdict[] = MANUAL.map((about) => ({
    ...about,
    verdict: "not-run",
    detail: "needs a person",
  }));
  return [...verdicts, permissions, ...manual].sort(
    (one, other) => Number(one.test.slice(1)) - Number(other.test.slice(1)),
  );
}

const AUTOMATIC: readonly (Pick<Verdict, "test" | "title" | "manual"> & { run: TenantTest })[] = [
  {
    test: "T1",
    title: "A created message is received, not a draft, at its own time",
    run: receivedMessage,
    manual: [
      `Open the folder "${VISIBLE}" in Outlook and in Outlook on the web: neither message says "Draft", both are of 29 February 2020.`,
    ],
  },
  { test: "T2", title: "Files go onto a message that is no draft", run: filesOnReceivedMessage },
  { test: "T3", title: "Files and properties go in one request of 3.8 MB", run: oneRequest },
  {
    test: "T4",
    title: "A message is found by its keys directly after it was created",
    run: foundAtOnce,
    manual: ["Repeat against a folder of 100,000 items, and note how long a look takes."],
  },
  { test: "T6", title: "Staging is hidden, and a move keeps id and times", run: stagingAndMove },
  {
    test: "T8",
    title: "A message above the tenant's size is refused with a known code",
    run: tooLarge,
  },
];

const T5 = {
  test: "T5",
  title: "RBAC for Applications is enough, without Mail.ReadWrite in Entra",
  manual: [
    "Before: take Mail.ReadWrite from the app in Entra, assign it the role Application Mail.ReadWrite over a scope with the test mailbox (docs/graph.md), and wait two hours.",
  ],
} as const;

const MANUAL: readonly Pick<Verdict, "test" | "title" | "manual">[] = [
  {
    test: "T7",
    title: "Item classes in eDiscovery",
    manual: [
      'Import one item each with itemClass "IPM.Note", "IPM.Note.WeChat" and "IPM.ExternalData.WeChat".',
      "Search for kind:email, kind:externaldata and itemclass:ipm.externaldata.wechat* in eDiscovery, and open each item in Outlook.",
    ],
  },
  {
    test: "T9",
    title: "Upload sessions in the US Government clouds",
    manual: [
      "Run this check in a GCC High or DoD tenant: T2 and T8 say whether sessions are served.",
    ],
  },
  {
    test: "T10",
    title: "What throttling holds for, and how long it asks to wait",
    manual: [
      "In a tenant that may be loaded, import 200 MB into one mailbox and at the same time into another.",
      'Note from the log lines "graph request deferred" whether both mailboxes are throttled, and for how long.',
    ],
  },
];

async function judged(run: TenantTest, bench: Bench): Promise<Pick<Verdict, "verdict" | "detail">> {
  try {
    return { verdict: "passed", detail: await run(bench) };
  } catch (error) {
    if (error instanceof Unlike) return { verdict: "failed", detail: error.message };
    if (!(error instanceof GraphFailure)) throw error;
    return { verdict: "failed", detail: `Graph answered ${failureWord(error.failure)}` };
  }
}

/** Says something only when the token shows that mail access cannot come from Entra: the two are a union. */
async function permissionsVerdict(token: Token, others: readonly Verdict[]): Promise<Verdict> {
  const roles = rolesIn(await token());
  if (!roles) return { ...T5, verdict: "not-run", detail: "the token cannot be read" };
  const consented = roles.filter((role) => /^Mail\.ReadWrite/.test(role));
  if (consented.length > 0) {
    return { ...T5, verdict: "not-run", detail: `consented in Entra: ${consented.join(", ")}` };
  }
  const hasFailed = ["T1", "T2", "T6"].some((name) =>
    others.some(({ test, verdict }) => test === name && verdict === "failed"),
  );
  return hasFailed
    ? {
        ...T5,
        verdict: "failed",
        detail: "no Mail.ReadWrite in the token, and T1, T2 or T6 failed",
      }
    : { ...T5, verdict: "passed", detail: "folder, message and upload without Mail.ReadWrite" };
}

function rolesIn(jwt: string): string[] | undefined {
  try {
    const claims = JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString());
    return (claims.roles ?? []).map(String);
  } catch {
    return undefined;
  }
}

/** A folder of the check's own: made, or found when an earlier check made it. */
async function folder(client: GraphClient, mailbox: string, body: MailFolder): Promise<string> {
  const path = graphPath`/users/${mailbox}/mailFolders`;
  try {
    return (await client.send<MailFolder>({ method: "POST", path, body })).id ?? "";
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
    const $filter = `displayName eq ${odataText(body.displayName ?? "")}`;
    const query = { $filter, $select: "id", includeHiddenFolders: "true" };
    const found = await client.send<Page<MailFolder>>({ method: "GET", path, query });
    return found.value[0]?.id ?? "";
  }
}

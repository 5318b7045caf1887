import { ConfigurationError, DeferredError } from "../domain/errors.ts";
import { readMappingFile } from "../mapping/mapping-file.ts";
import type { Connector } from "../pipeline/connector.ts";
import { eachLimited } from "../pipeline/each-limited.ts";
import { readConfig } from "./config-files.ts";
import { testConnector } from "./connectors/test-connector.ts";
import { mappingState } from "./mapping/mapping-files.ts";
import type { OperationsPorts } from "./ports.ts";

/** One thing looked at: `look` is for a person to judge, `wrong` keeps the archive from its work. */
export interface Finding {
  readonly check: string;
  readonly verdict: "ok" | "look" | "wrong";
  readonly found: string;
  readonly remedy?: string;
}

/** What only adapters can tell of themselves. */
export interface Diagnostics {
  /** Every setting that the code reads; a wrong one keeps the app from starting at all. */
  readonly settings: readonly { readonly name: string; readonly isSet: boolean }[];
  readonly signIn: "platform" | "local" | "none";
  /** The containers of evidence, and whether a retention policy holds each. */
  evidence(): Promise<readonly { readonly container: string; readonly isHeld: boolean }[]>;
  /** How far this host's clock is ahead of storage's. */
  clockAheadMs(): Promise<number>;
  /** Whether the app may use a mailbox; else a fixed word. */
  probeMailbox(mailbox: string): Promise<"ok" | string>;
}

/** Mailboxes that are tried for each connector, unless some are named. */
const MOST_TRIED = 20;
const AT_ONCE = 4;
const MOST_SKEW_MS = 60_000;

/**
 * Looks at everything that the archive needs, as the app's own identity sees it.
 * Changes nothing. Names no person: whom it concerns is told by the mapping's row.
 */
export async function doctor(
  { addresses }: { addresses?: readonly string[] | undefined },
  ports: OperationsPorts,
): Promise<{ readonly healthy: boolean; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = [
    ...settingFindings(ports.diagnostics),
    ...(await Promise.all([
      tried("storage", ports.provision, "Give the app the roles that infra/roles.md lists."),
      clockFinding(ports),
      graphFinding(ports),
    ])),
    ...(await evidenceFindings(ports)),
  ];
  for (const file of await ports.configuration.connectors()) {
    const check = `connector ${file.id}`;
    if ("faults" in file) {
      findings.push(
        ...file.faults.map((found) => ({
          check,
          verdict: "wrong" as const,
          found,
          remedy: "Correct the named field of the connector file.",
        })),
      );
      continue;
    }
    findings.push(...(await connectorFindings(file.connector, addresses, ports)));
  }
  return { healthy: findings.every(({ verdict }) => verdict !== "wrong"), findings };
}

function settingFindings({ settings, signIn }: Diagnostics): Finding[] {
  const set = settings.filter(({ isSet }) => isSet).map(({ name }) => name);
  const signInFinding: Finding =
    signIn === "platform"
      ? { check: "sign-in", verdict: "ok", found: "Microsoft Entra ID stands before the routes" }
      : {
          check: "sign-in",
          verdict: "look",
          found: "nobody signs in: the routes answer on this machine only",
          remedy: "On Azure, set up the sign-in (docs/deploy.md).",
        };
  return [{ check: "settings", verdict: "ok", found: `set: ${set.join(", ")}` }, signInFinding];
}

async function clockFinding({ diagnostics }: OperationsPorts): Promise<Finding> {
  return told("clock", async () => {
    const aheadMs = await diagnostics.clockAheadMs();
    const found = `${aheadMs} ms ahead of storage`;
    if (Math.abs(aheadMs) <= MOST_SKEW_MS) return { check: "clock", verdict: "ok", found };
    const remedy = "Set the host's clock: leases and windows are measured with it.";
    return { check: "clock", verdict: "wrong", found, remedy };
  });
}

async function graphFinding({ askGraph, gates }: OperationsPorts): Promise<Finding> {
  const remedy = "Grant User.Read.All and the Exchange role (docs/deploy.md, Grants).";
  const gate = await gates.closed("app");
  if (gate) {
    const found = `the app waits since ${gate.since.toISOString()}: ${gate.code}`;
    return { check: "graph", verdict: "wrong", found, remedy };
  }
  return tried("graph", askGraph, remedy);
}

async function evidenceFindings({ diagnostics }: OperationsPorts): Promise<Finding[]> {
  const containers = await diagnostics.evidence();
  return containers.map(({ container, isHeld }) => {
    const check = `retention of ${container}`;
    const show = `az storage container immutability-policy show --container-name ${container} --account-name …`;
    return isHeld
      ? {
          check,
          verdict: "look",
          found: "a retention policy holds it; whether it is locked the app may not see",
          remedy: `Ask Azure: ${show} (state Locked or Unlocked).`,
        }
      : {
          check,
          verdict: "look",
          found: "no retention policy holds it: what lies there can be deleted",
          remedy: "On Azure, deploy the template's policy, and lock it (docs/deploy.md).",
        };
  });
}

async function connectorFindings(
  connector: Connector,
  addresses: readonly string[] | undefined,
  ports: OperationsPorts,
): Promise<Finding[]> {
  const { id, enabled } = connector;
  if (!enabled) return [{ check: `connector ${id}`, verdict: "look", found: "disabled" }];
  return [
    await told(`source of ${id}`, async () => {
      const check = `source of ${id}`;
      const { ok, detail = "", remedy } = await testConnector(connector, ports);
      if (ok) return { check, verdict: "ok", found: "the app can sign in" };
      return { check, verdict: "wrong", found: detail, ...(remedy && { remedy }) };
    }),
    await mappingFinding(connector, ports),
    await mailboxesFinding(connector, addresses, ports),
  ];
}

async function mappingFinding(connector: Connector, ports: OperationsPorts): Promise<Finding> {
  const check = `mapping of ${connector.id}`;
  const { file } = await mappingState(connector, ports);
  if (!file) {
    const found = connector.mapping.automatic ? "automatic only" : "no rule at all: nobody is ours";
    return { check, verdict: connector.mapping.automatic ? "ok" : "wrong", found };
  }
  if ("faults" in file) {
    const remedy = "Upload one that can be read: `mapping upload`. The last good one is in force.";
    return { check, verdict: "wrong", found: file.faults.join("; "), remedy };
  }
  const found = `${file.rows} rows in force, ${file.refused.length} refused`;
  if (file.refused.length === 0) return { check, verdict: "ok", found };
  const rows = file.refused.slice(0, 5).map(({ row, why }) => `row ${row}: ${why}`);
  return { check, verdict: "look", found, remedy: rows.join("; ") };
}

/** Mapped mailboxes that Exchange's scope keeps the app out of: their deliveries would wait, and be set aside. */
async function mailboxesFinding(
  connector: Connector,
  named: readonly string[] | undefined,
  ports: OperationsPorts,
): Promise<Finding> {
  const check = `mailboxes of ${connector.id}`;
  return told(check, async () => {
    const all = named?.map((address) => ({ address, where: ports.hashOf(address) }));
    const addresses = all ?? (await mappedAddresses(connector, ports)).slice(0, MOST_TRIED);
    const wrong: string[] = [];
    await eachLimited(addresses, AT_ONCE, async ({ address, where }) => {
      const answer = await ports.directory.resolve(address);
      const probe =
        answer.kind === "mailbox"
          ? await ports.diagnostics.probeMailbox(answer.mailbox)
          : `the directory says ${answer.kind}`;
      if (probe !== "ok") wrong.push(`${where}: ${probe}`);
    });
    const found = `${addresses.length} tried, ${wrong.length} not usable`;
    if (wrong.length === 0) return { check, verdict: "ok", found };
    const remedy = `Put them into the group of the Exchange scope, or correct the mapping: ${wrong.sort().join("; ")}`;
    return { check, verdict: "wrong", found, remedy };
  });
}

/** Each mailbox that the mapping file names, with the first row that does. */
async function mappedAddresses(
  { mapping: { custom } }: Connector,
  { files }: OperationsPorts,
): Promise<{ address: string; where: string }[]> {
  const file = custom === undefined ? undefined : await readConfig(custom, files);
  if (!file) return [];
  const found = new Map<string, string>();
  for (const { address, row } of readMappingFile(file.bytes, custom ?? "").rows) {
    const lower = address.toLowerCase();
    if (!found.has(lower)) found.set(lower, `row ${row} of ${custom}`);
  }
  return [...found].map(([address, where]) => ({ address, where }));
}

function tried(check: string, work: () => Promise<unknown>, remedy: string): Promise<Finding> {
  return told(
    check,
    async () => {
      await work();
      return { check, verdict: "ok", found: "answers" };
    },
    remedy,
  );
}

/** A check that fails is a finding: the others are made all the same. */
async function told(
  check: string,
  work: () => Promise<Finding>,
  remedy = "Look at the log of the app for what it met.",
): Promise<Finding> {
  try {
    return await work();
  } catch (error) {
    const isOurs = error instanceof DeferredError || error instanceof ConfigurationError;
    const found = isOurs ? error.message : error instanceof Error ? error.name : "failed";
    return { check, verdict: "wrong", found, remedy };
  }
}

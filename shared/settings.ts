import { z } from "zod";
import type { StorageConnection } from "./adapters/storage-clients.ts";
import { ConfigurationError } from "./domain/errors.ts";

export interface Settings {
  readonly archiveStorage: StorageConnection;
  /** Where `drop` lies: the archive's own account unless `DropStorage` names another. */
  readonly dropStorage: StorageConnection;
  readonly graph: {
    readonly cloud: "global" | "usgov" | "dod" | "china";
    readonly baseUrl?: string;
    readonly staticToken?: string;
  };
  readonly identity: {
    readonly clientId?: string;
    readonly tenantId?: string;
    readonly certificatePath?: string;
  };
  readonly tenantHashSalt: string;
  /** Absent: any public host may be a source. */
  readonly sourceAllowedHosts?: readonly string[];
  readonly operationsAllowAnonymous: boolean;
  /** Absent: nobody is told anything. */
  readonly applicationInsights?: {
    readonly connectionString: string;
    /** Absent: by the key in the connection string. */
    readonly identity?: { readonly clientId?: string };
    readonly tracesPercent: number;
    /** Under which name the app shows there. */
    readonly role: string;
  };
  /** Azure's own word that the app runs there, and that its sign-in stands before it. */
  readonly onAzure: boolean;
  readonly signInEnabled: boolean;
  /** The value of an app setting that a connector file names, such as a password. */
  readonly secret: (name: string) => string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const optional = z
  .string()
  .optional()
  .transform((value) => value?.trim() || undefined);
const httpsUrl = optional.refine((value) => !value || isUrl(value), {
  error: "must be a URL such as https://account.blob.core.windows.net",
});
const connectionString = optional.refine((value) => !value || isConnectionString(value), {
  error:
    "must be a storage account's connection string: DefaultEndpointsProtocol=…;AccountName=…;AccountKey=…, or UseDevelopmentStorage=true",
});
const ncrontab = optional.refine((value) => !value || /^(\S+\s+){4,5}\S+$/.test(value), {
  error: "must be an NCRONTAB expression in UTC, such as 0 */15 * * * *",
});

/** Every setting that the code reads, under the name that operators know. */
const Variables = z.object({
  ArchiveStorage: connectionString,
  ArchiveStorage__blobServiceUri: httpsUrl,
  ArchiveStorage__queueServiceUri: httpsUrl,
  ArchiveStorage__tableServiceUri: httpsUrl,
  ArchiveStorage__clientId: optional,
  DropStorage: connectionString,
  DropStorage__blobServiceUri: httpsUrl,
  DropStorage__clientId: optional,
  GRAPH_CLOUD: z.enum(["global", "usgov", "dod", "china"], {
    error: "must be one of global, usgov, dod, china",
  }),
  GRAPH_BASE_URL: optional.refine((value) => !value || isGraphBase(value), {
    error:
      "must be scheme and host without a path, such as https://graph.microsoft.com; plain http only on loopback",
  }),
  GRAPH_STATIC_TOKEN: optional,
  TENANT_HASH_SALT: z
    .string({ error: "must be set: a long random text, made once and never changed" })
    .trim()
    .min(1, "must not be empty: a long random text, made once and never changed"),
  COLLECT_SCHEDULE: ncrontab,
  RECONCILE_SCHEDULE: ncrontab,
  BLOB_TRIGGER_SOURCE: optional.refine(
    (value) => !value || ["EventGrid", "LogsAndContainerScan"].includes(value),
    { error: "must be EventGrid (Azure) or LogsAndContainerScan (Azurite)" },
  ),
  SOURCE_ALLOWED_HOSTS: optional,
  OPERATIONS_ALLOW_ANONYMOUS: optional.refine((value) => !value || /^(true|false)$/i.test(value), {
    error: "must be true or false",
  }),
  APPLICATIONINSIGHTS_CONNECTION_STRING: optional,
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: optional,
  TRACE_SAMPLING_PERCENT: optional.refine((value) => !value || /^(\d{1,2}|100)$/.test(value), {
    error: "must be a whole number from 0 to 100",
  }),
  AZURE_CLIENT_ID: optional,
  AZURE_TENANT_ID: optional,
  AZURE_CLIENT_CERTIFICATE_PATH: optional,
  WEBSITE_SITE_NAME: optional,
  WEBSITE_AUTH_ENABLED: optional,
});

/** For the test that holds Bicep, the sample file and the docs against the code. */
export const settingNames: readonly string[] = Object.keys(Variables.shape);

/**
 * Reads all settings at once.
 *
 * Throws one `ConfigurationError` that lists every wrong setting with its remedy,
 * and no value: an operator who mends one at a time restarts the host each time.
 */
export function readSettings(env: Environment = process.env): Settings {
  const parsed = Variables.safeParse(env);
  const faults = (parsed.error?.issues ?? []).map(
    (issue) => `${issue.path.join(".")} ${issue.message}`,
  );
  faults.push(...contradictions(env));
  if (!parsed.success || faults.length > 0) throw new ConfigurationError(faults);

  const v = parsed.data;
  const archiveStorage = storage(v, "ArchiveStorage");
  return {
    archiveStorage,
    dropStorage:
      v.DropStorage || v.DropStorage__blobServiceUri ? storage(v, "DropStorage") : archiveStorage,
    graph: present({
      cloud: v.GRAPH_CLOUD,
      // Without the slash that many write at the end.
      baseUrl: v.GRAPH_BASE_URL && new URL(v.GRAPH_BASE_URL).origin,
      staticToken: v.GRAPH_STATIC_TOKEN,
    }),
    identity: present({
      clientId: v.AZURE_CLIENT_ID,
      tenantId: v.AZURE_TENANT_ID,
      certificatePath: v.AZURE_CLIENT_CERTIFICATE_PATH,
    }),
    tenantHashSalt: v.TENANT_HASH_SALT,
    ...(v.SOURCE_ALLOWED_HOSTS && {
      sourceAllowedHosts: v.SOURCE_ALLOWED_HOSTS.split(",").map((host) => host.trim()),
    }),
    operationsAllowAnonymous: isTrue(v.OPERATIONS_ALLOW_ANONYMOUS),
    ...(v.APPLICATIONINSIGHTS_CONNECTION_STRING && {
      applicationInsights: {
        connectionString: v.APPLICATIONINSIGHTS_CONNECTION_STRING,
        ...identityOf(v.APPLICATIONINSIGHTS_AUTHENTICATION_STRING),
        tracesPercent: Number(v.TRACE_SAMPLING_PERCENT ?? 100),
        role: v.WEBSITE_SITE_NAME ?? "mobile-archiver",
      },
    }),
    onAzure: v.WEBSITE_SITE_NAME !== undefined,
    signInEnabled: isTrue(v.WEBSITE_AUTH_ENABLED),
    secret: (name) => env[name] || undefined,
  };
}

/** `ClientId=…;Authorization=AAD`, as Azure has it: by which identity telemetry is sent. */
function identityOf(authentication: string | undefined): { identity?: { clientId?: string } } {
  if (!/(^|;)\s*Authorization\s*=\s*AAD\s*(;|$)/i.test(authentication ?? "")) return {};
  const clientId = /(?:^|;)\s*ClientId\s*=\s*([^;\s]+)/i.exec(authentication ?? "")?.[1];
  return { identity: clientId ? { clientId } : {} };
}

/** What the registrations need, before the settings are checked: never throws. */
export function triggerSettings(env: Environment = process.env): {
  collectSchedule: string;
  reconcileSchedule: string;
  blobSource: "EventGrid" | "LogsAndContainerScan";
} {
  return {
    collectSchedule: env["COLLECT_SCHEDULE"]?.trim() || "0 */15 * * * *",
    reconcileSchedule: env["RECONCILE_SCHEDULE"]?.trim() || "0 7,22,37,52 * * * *",
    blobSource:
      env["BLOB_TRIGGER_SOURCE"]?.trim() === "EventGrid" ? "EventGrid" : "LogsAndContainerScan",
  };
}

/** Faults that lie between two settings. */
function contradictions(env: Environment): string[] {
  const faults: string[] = [];
  const has = (name: string) => Boolean(env[name]?.trim());

  if (!has("ArchiveStorage")) {
    const missing = ["blob", "queue", "table"]
      .map((service) => `ArchiveStorage__${service}ServiceUri`)
      .filter((name) => !has(name));
    if (missing.length === 3) {
      faults.push(
        "ArchiveStorage must be set: a connection string, or ArchiveStorage__blobServiceUri, __queueServiceUri and __tableServiceUri",
      );
    } else if (missing.length > 0) {
      faults.push(`${missing.join(", ")} must be set, as the other service addresses are`);
    }
  }
  if (has("GRAPH_STATIC_TOKEN") && !isLoopback(env["GRAPH_BASE_URL"])) {
    faults.push(
      "GRAPH_STATIC_TOKEN is accepted only with a GRAPH_BASE_URL on loopback: remove it, the app signs in by its identity",
    );
  }
  if (isTrue(env["OPERATIONS_ALLOW_ANONYMOUS"]) && has("WEBSITE_SITE_NAME")) {
    faults.push(
      "OPERATIONS_ALLOW_ANONYMOUS must not be true on Azure: remove it, and set up the sign-in",
    );
  }
  return faults;
}

function storage(
  v: z.infer<typeof Variables>,
  name: "ArchiveStorage" | "DropStorage",
): StorageConnection {
  const connectionString = v[name];
  if (connectionString) return { connectionString };
  const archive = name === "ArchiveStorage";
  return present({
    blobServiceUri: v[`${name}__blobServiceUri`] ?? "",
    queueServiceUri: archive ? v.ArchiveStorage__queueServiceUri : undefined,
    tableServiceUri: archive ? v.ArchiveStorage__tableServiceUri : undefined,
    clientId: v[`${name}__clientId`],
  });
}

/** Without the fields that are undefined. */
function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function isUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** Whether the storage clients can be made of it; what they would throw names no setting. */
function isConnectionString(text: string): boolean {
  const parts = new Map(
    text.split(";").flatMap((part): [string, string][] => {
      const [name = "", ...value] = part.split("=");
      return part.trim() === "" ? [] : [[name.trim().toLowerCase(), value.join("=").trim()]];
    }),
  );
  const has = (...names: string[]) => names.every((name) => parts.get(name));
  const endpoints = [...parts].filter(([name]) => name.endsWith("endpoint"));
  if (!endpoints.every(([, url]) => isUrl(url))) return false;
  return (
    parts.get("usedevelopmentstorage")?.toLowerCase() === "true" ||
    has("accountname", "accountkey") ||
    has("blobendpoint", "sharedaccesssignature")
  );
}

function isGraphBase(text: string): boolean {
  if (!isUrl(text)) return false;
  const { protocol, pathname, search, username, password } = new URL(text);
  const isBare = pathname === "/" && search === "" && username === "" && password === "";
  return isBare && (protocol === "https:" || isLoopback(text));
}

function isLoopback(url: string | undefined): boolean {
  return url !== undefined && isUrl(url) && LOOPBACK.test(new URL(url).hostname);
}

function isTrue(text: string | undefined): boolean {
  return text?.trim().toLowerCase() === "true";
}

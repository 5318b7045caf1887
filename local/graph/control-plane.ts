import type { RequestListener } from "node:http";
import { type MailboxState, readUser } from "./directory.ts";
import { readFaultScript } from "./faults.ts";
import {
  contentsOf,
  isVisible,
  type Mailbox,
  pathToRoot,
  type StoredFolder,
  type StoredMessage,
} from "./mailbox.ts";
import { DEFAULT_LIMITS, type Limits } from "./options.ts";
import type { Service } from "./server.ts";

/** What one folder holds. */
interface FolderSummary {
  readonly id: string;
  /** Display names from under the mailbox's root, joined by `/`. */
  readonly path: string;
  readonly wellKnownName: string | undefined;
  /** What lies in it is seen by a user who looks through the mailbox. */
  readonly isVisible: boolean;
  readonly count: number;
  /** Of the 100 that came last. */
  readonly subjects: readonly (string | null)[];
}

export interface MailboxSummary {
  readonly mailbox: string;
  readonly userPrincipalName: string | undefined;
  readonly folders: readonly FolderSummary[];
}

/** A message as it is kept, and where. */
export interface KeptMessage extends StoredMessage {
  readonly folder: string;
}

type Routine = (
  service: Service,
  given: { key: string; query: URLSearchParams; body: unknown },
) => unknown;

const ROUTINES: Readonly<Record<string, Routine>> = {
  "GET requests": ({ log }, { query }) => log.list(Number(query.get("since") ?? 0)),
  "DELETE requests": ({ log }) => log.clear(),
  "GET counts": ({ log }) => log.counts(),
  "GET mailboxes": (service) => service.tenant.mailboxes().map((box) => summary(service, box)),
  "GET messages": (service, { key, query }) => messages(service, key, query.get("folder")),
  "GET halves": ({ tenant }) => tenant.halves.list(),
  "GET faults": ({ faults }) => faults.list(),
  "POST faults": ({ faults }, { body }) => faults.set(readFaultScript(body, "faults")),
  "DELETE faults": ({ faults }) => faults.set({ rules: [] }),
  "GET limits": ({ tenant }) => tenant.limits,
  "PATCH limits": ({ tenant }, { body }) => Object.assign(tenant.limits, readLimits(body)),
  "GET users": ({ tenant }) => tenant.users.all(),
  "POST users": ({ tenant }, { body }) => tenant.putUser(readUser(body, "user")),
  "PATCH users": (service, { key, body }) => changeUser(service, key, body),
  "DELETE users": ({ tenant }, { key }) => tenant.removeUser(key),
  "POST reset": (service) => reset(service),
};

/** The routes under `/_control/`, for tests and for who shows what happened. They need no token. */
export function controlListener(service: Service): RequestListener {
  return (request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { status, body } = answer(service, request.method ?? "", request.url ?? "", parts);
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(body ?? null));
    });
  };
}

function answer(
  service: Service,
  method: string,
  url: string,
  parts: readonly Buffer[],
): { status: number; body: unknown } {
  const { pathname, searchParams } = new URL(url, "http://stand-in");
  const [name = "", key = "", list] = pathname
    .replace(/^\/_control\//, "")
    .split("/")
    .map(decodeURIComponent);
  // `mailbox/{id}/messages` reads better than the name of the routine.
  const routine = ROUTINES[`${method} ${name === "mailbox" ? list : name}`];
  if (!routine) {
    return { status: 404, body: { error: `There is no ${method} ${pathname}.` } };
  }
  try {
    const text = Buffer.concat(parts).toString("utf8");
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    return { status: 200, body: routine(service, { key, query: searchParams, body }) };
  } catch (error) {
    return { status: 400, body: { error: error instanceof Error ? error.message : "unknown" } };
  }
}

function summary(service: Service, mailbox: Mailbox): MailboxSummary {
  return {
    mailbox: mailbox.owner,
    userPrincipalName: service.tenant.users.find(mailbox.owner)?.userPrincipalName,
    folders: [...mailbox.folders.values()].map((folder) => {
      const kept = [...contentsOf(mailbox, folder.id).messages];
      return {
        id: folder.id,
        path: pathOf(mailbox, folder),
        wellKnownName: folder.wellKnownName,
        isVisible: isVisible(mailbox, folder.id),
        count: kept.length,
        subjects: kept.slice(-100).map((message) => message.fields.subject),
      };
    }),
  };
}

/** Messages of a mailbox, of one folder if named: by id, well-known name, path, or display name. */
function messages(service: Service, key: string, folder: string | null): KeptMessage[] {
  const user = service.tenant.users.find(key);
  const mailbox = service.tenant.existingMailbox(user?.id ?? key);
  if (!mailbox) {
    return [];
  }
  const wanted = [...mailbox.folders.values()].filter(
    (candidate) =>
      folder === null ||
      [
        candidate.id,
        candidate.wellKnownName,
        candidate.displayName,
        pathOf(mailbox, candidate),
      ].includes(folder),
  );
  return wanted.flatMap((found) =>
    [...contentsOf(mailbox, found.id).messages].map((message) => ({
      ...message,
      folder: pathOf(mailbox, found),
    })),
  );
}

function pathOf(mailbox: Mailbox, folder: StoredFolder): string {
  return pathToRoot(mailbox, folder.id)
    .filter(({ wellKnownName }) => wellKnownName !== "root" && wellKnownName !== "msgfolderroot")
    .map(({ displayName }) => displayName)
    .reverse()
    .join("/");
}

function changeUser({ tenant }: Service, key: string, change: unknown): void {
  const user = tenant.users.find(key);
  if (!user) {
    throw new Error(`There is no user '${key}'.`);
  }
  tenant.putUser(readUser({ ...user, ...(change as { mailbox?: MailboxState }) }, "user"));
}

function readLimits(body: unknown): Partial<Limits> {
  const limits = body as { [name: string]: unknown };
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name) || typeof value !== "number") {
      throw new Error(`'${name}' is not a limit, or its value is not a number.`);
    }
  }
  return limits as Partial<Limits>;
}

/** Empties mailboxes, log, faults and throttles. Users and limits stay. */
function reset({ tenant, log, faults, throttle }: Service): void {
  tenant.empty();
  log.clear();
  faults.set({ rules: [] });
  throttle.clear();
}

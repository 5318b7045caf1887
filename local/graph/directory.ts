/** What asking for a user's mail answers. */
export type MailboxState = "normal" | "none" | "inactive" | "denied" | "moving" | "full" | "new";

export interface User {
  /** Object id. */
  readonly id: string;
  readonly userPrincipalName: string;
  readonly mail: string | null;
  readonly displayName: string;
  readonly proxyAddresses: readonly string[];
  readonly otherMails: readonly string[];
  readonly businessPhones: readonly string[];
  readonly mobilePhone: string | null;
  readonly userType: "Member" | "Guest";
  readonly accountEnabled: boolean;
  readonly mailbox: MailboxState;
}

/** The users of the tenant. An object id or a user principal name finds one; an alias does not. */
export interface Directory {
  find(idOrName: string): User | undefined;
  put(user: User): void;
  remove(id: string): void;
  all(): readonly User[];
}

const STATES: readonly MailboxState[] = [
  "normal",
  "none",
  "inactive",
  "denied",
  "moving",
  "full",
  "new",
];
const TEXTS = ["id", "userPrincipalName", "mail", "displayName", "mobilePhone"];
const LISTS = ["proxyAddresses", "otherMails", "businessPhones"];

export function directory(): Directory {
  const users = new Map<string, User>();
  const byName = new Map<string, string>();

  function remove(id: string): void {
    const user = users.get(id.toLowerCase());
    if (user) {
      users.delete(user.id.toLowerCase());
      byName.delete(user.userPrincipalName.toLowerCase());
    }
  }

  return {
    find: (idOrName) => {
      const key = idOrName.toLowerCase();
      return users.get(key) ?? users.get(byName.get(key) ?? "");
    },
    put(user) {
      remove(user.id);
      users.set(user.id.toLowerCase(), user);
      byName.set(user.userPrincipalName.toLowerCase(), user.id.toLowerCase());
    },
    remove,
    all: () => [...users.values()],
  };
}

/**
 * Reads a user as the users file and the control plane give it. Only `id` and
 * `userPrincipalName` must be there: the mail address is else that name, its one
 * proxy address the mail address, and a guest has no mailbox.
 */
export function readUser(given: unknown, where: string): User {
  if (typeof given !== "object" || given === null) {
    throw new Error(`${where}: a user must be an object with id and userPrincipalName.`);
  }
  const value: { [name: string]: unknown } = { ...given };
  const known = [...TEXTS, ...LISTS, "userType", "accountEnabled", "mailbox"];
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) {
      throw new Error(`${where}: '${name}' is not known; use ${known.join(", ")}.`);
    }
  }
  const id = text(value["id"]);
  const userPrincipalName = text(value["userPrincipalName"]);
  const userType = value["userType"] === "Guest" ? "Guest" : "Member";
  const mailbox = STATES.find((state) => state === value["mailbox"]);
  const mail = value["mail"] === undefined ? userPrincipalName : text(value["mail"]);
  if (!id || !userPrincipalName) {
    throw new Error(`${where}: id and userPrincipalName must be text that is not empty.`);
  }
  if (value["mailbox"] !== undefined && !mailbox) {
    throw new Error(`${where}: mailbox must be one of ${STATES.join(", ")}.`);
  }
  return {
    id,
    userPrincipalName,
    mail: mail ?? null,
    displayName: text(value["displayName"]) ?? userPrincipalName,
    proxyAddresses:
      value["proxyAddresses"] === undefined && mail
        ? [`SMTP:${mail}`]
        : list(value["proxyAddresses"], `${where}: proxyAddresses`),
    otherMails: list(value["otherMails"], `${where}: otherMails`),
    businessPhones: list(value["businessPhones"], `${where}: businessPhones`),
    mobilePhone: text(value["mobilePhone"]) ?? null,
    userType,
    accountEnabled: value["accountEnabled"] !== false,
    mailbox: mailbox ?? (userType === "Guest" ? "none" : "normal"),
  };
}

/** Reads a users file: a JSON list. */
export function readUsers(json: string, where: string): User[] {
  const list: unknown = JSON.parse(json);
  if (!Array.isArray(list)) {
    throw new Error(`${where}: a list of users is expected.`);
  }
  return list.map((user, index) => readUser(user, `${where}[${index}]`));
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function list(value: unknown, where: string): string[] {
  if (value === undefined) {
    return [];
  }
  if (!Array.isArray(value) || value.some((element) => typeof element !== "string")) {
    throw new Error(`${where} must be a list of texts.`);
  }
  return value;
}

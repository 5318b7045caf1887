import { type Call, type Handler, mailboxOf, userOf } from "./call.ts";
import type { User } from "./directory.ts";
import { matches, testsOf } from "./odata/filter-match.ts";
import { type Filter, parseFilter } from "./odata/filter-syntax.ts";
import { allowOptions, option, selection, withOption } from "./odata/query.ts";
import { USER_PROPERTIES } from "./property-tables.ts";
import { badRequest, Refusal } from "./refusal.ts";
import type { JsonObject } from "./validate.ts";

/** What Graph shows of a user when nothing is selected. */
const SHOWN = [
  "businessPhones",
  "displayName",
  "givenName",
  "jobTitle",
  "mail",
  "mobilePhone",
  "officeLocation",
  "preferredLanguage",
  "surname",
  "userPrincipalName",
  "id",
];

/** What the directory filters by without `ConsistencyLevel: eventual`, and how. */
const SIMPLE: Readonly<Record<string, readonly string[]>> = {
  accountEnabled: ["eq"],
  businessPhones: ["any eq"],
  displayName: ["eq", "in", "startswith"],
  id: ["eq", "in"],
  mail: ["eq", "in", "startswith", "ge", "le"],
  otherMails: ["any eq", "any in", "any startswith"],
  proxyAddresses: ["any eq", "any startswith"],
  userPrincipalName: ["eq", "in", "startswith", "ge", "le"],
  userType: ["eq", "in"],
};

/** What only an advanced query filters by, with any operator. */
const ADVANCED = [...Object.keys(SIMPLE), "mobilePhone"];

/** `GET /users/{id | userPrincipalName}`. */
export const readUserById: Handler = (call) => {
  allowOptions(call.query, ["select"]);
  const names = selection(call.query, "user", USER_PROPERTIES) ?? SHOWN;
  const user = userOf(call);
  return {
    status: 200,
    body: {
      "@odata.context": `${call.origin}/v1.0/$metadata#users/$entity`,
      ...view(user, names),
    },
  };
};

/** `GET /users`, filtered as a directory does it. */
export const listUsers: Handler = (call) => {
  allowOptions(call.query, ["select", "filter", "top", "skiptoken", "count"]);
  const names = selection(call.query, "user", USER_PROPERTIES) ?? SHOWN;
  const filter = userFilter(call);
  const found = call.tenant.users
    .all()
    .filter(
      (user) => filter === undefined || matches(filter, { read: (path) => read(user, path) }),
    );
  const top = Number(option(call.query, "top") ?? 100);
  const skip = skipOf(option(call.query, "skiptoken"));
  if (!Number.isInteger(top) || top < 1 || top > 999) {
    throw badRequest("Invalid page size specified: '$top' must be between 1 and 999 inclusive.");
  }
  const next = skip + top;
  const isCounted = option(call.query, "count") === "true";
  return {
    status: 200,
    body: {
      "@odata.context": `${call.origin}/v1.0/$metadata#users`,
      ...(isCounted ? { "@odata.count": found.length } : {}),
      value: found.slice(skip, next).map((user) => view(user, names)),
      ...(next < found.length
        ? { "@odata.nextLink": withOption(call, "$skiptoken", tokenOf(next)) }
        : {}),
    },
  };
};

/** `GET /users/{id}/mailboxSettings`, as far as it says what the mailbox is for. */
export const readMailboxSettings: Handler = (call) => {
  mailboxOf(call);
  return { status: 200, body: { timeZone: "UTC", userPurpose: "user" } };
};

function userFilter(call: Call): Filter | undefined {
  const text = option(call.query, "filter");
  if (text === undefined) {
    return undefined;
  }
  const filter = parseFilter(text);
  const isAdvanced =
    String(call.headers["consistencylevel"]).toLowerCase() === "eventual" &&
    option(call.query, "count") === "true";
  for (const { path, operator } of testsOf(filter)) {
    const isServed = isAdvanced ? ADVANCED.includes(path) : SIMPLE[path]?.includes(operator);
    if (!isServed) {
      throw new Refusal(
        400,
        "Request_UnsupportedQuery",
        `Unsupported or invalid query filter clause specified for property '${path}' of resource 'User'.`,
      );
    }
  }
  return filter;
}

function view(user: User, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, read(user, name)]));
}

function read(user: User, name: string): unknown {
  return name === "mailbox" ? null : ((user as unknown as JsonObject)[name] ?? null);
}

function tokenOf(skip: number): string {
  return Buffer.from(`skip:${skip}`).toString("base64url");
}

function skipOf(token: string | undefined): number {
  const match = /^skip:(\d{1,9})$/.exec(Buffer.from(token ?? "", "base64url").toString());
  if (token !== undefined && !match) {
    throw badRequest("The $skiptoken is not one that was given out.");
  }
  return Number(match?.[1] ?? 0);
}

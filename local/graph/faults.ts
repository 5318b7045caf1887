/** A fault that is to happen to requests that match. What is absent matches everything. */
export interface FaultRule {
  readonly kind: "status" | "reset" | "slow" | "not-found-after-create" | "expire-session";
  readonly method?: string;
  /** A regular expression over the path as sent, with its version and without the query. */
  readonly path?: string;
  /** Object id or user principal name. */
  readonly mailbox?: string;
  /** `after-commit`: the work is done, and the client does not learn of it. */
  readonly when?: "before" | "after-commit";
  /** With `status`; with `expire-session` what the upload URL answers instead of 401. */
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  /** Retry-After in seconds. */
  readonly retryAfter?: number;
  /** From 0 to 1; absent: always. */
  readonly probability?: number;
  /** How often the rule fires at most. */
  readonly times?: number;
  /** How many requests that match are let by first. */
  readonly after?: number;
  /** With `slow`. */
  readonly delayMs?: number;
  /** With `not-found-after-create`: how many requests by the new id find nothing; default 1. */
  readonly requests?: number;
  /** With `not-found-after-create`: how many lists leave the new message out; default 0. */
  readonly lookups?: number;
}

export interface FaultScript {
  readonly seed?: number;
  readonly rules: readonly FaultRule[];
}

/** What a rule is matched against. */
interface Suspect {
  readonly method: string;
  readonly path: string;
  readonly template: string;
  readonly mailbox: string | undefined;
  readonly mailboxName: string | undefined;
}

export interface Faults {
  set(script: FaultScript): void;
  /** The first rule that strikes this request. */
  strike(suspect: Suspect): FaultRule | undefined;
  list(): { seed: number; rules: (FaultRule & { matched: number; fired: number })[] };
}

const KINDS = ["status", "reset", "slow", "not-found-after-create", "expire-session"];
const TEXTS = ["method", "path", "mailbox", "code", "message"];
const NUMBERS = [
  "status",
  "retryAfter",
  "probability",
  "times",
  "after",
  "delayMs",
  "requests",
  "lookups",
];

/**
 * Faults by script and by chance. Whether chance strikes depends on the seed, the
 * rule, the mailbox, the kind of request, and how many such requests came before:
 * so a seed gives the same faults again, whatever the order in which mailboxes
 * take their turns.
 */
export function faults(script: FaultScript): Faults {
  let seed = 0;
  let rules: { rule: FaultRule; path: RegExp | undefined; matched: number; fired: number }[] = [];
  const seen = new Map<string, number>();

  function set(next: FaultScript): void {
    seed = next.seed ?? 0;
    rules = next.rules.map((rule) => ({
      rule,
      path: rule.path === undefined ? undefined : new RegExp(rule.path),
      matched: 0,
      fired: 0,
    }));
    seen.clear();
  }

  function chance(index: number, suspect: Suspect): number {
    const key = `${index} ${suspect.mailbox ?? ""} ${suspect.method} ${suspect.template}`;
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    return unitHash(`${seed} ${key} ${nth}`);
  }

  set(script);
  return {
    set,
    strike(suspect) {
      for (const [index, entry] of rules.entries()) {
        const { rule } = entry;
        if (!isMeant(rule, entry.path, suspect)) {
          continue;
        }
        entry.matched++;
        const isDue = entry.matched > (rule.after ?? 0) && entry.fired < (rule.times ?? Infinity);
        if (
          isDue &&
          (rule.probability === undefined || chance(index, suspect) < rule.probability)
        ) {
          entry.fired++;
          return rule;
        }
      }
      return undefined;
    },
    list: () => ({
      seed,
      rules: rules.map(({ rule, matched, fired }) => ({ ...rule, matched, fired })),
    }),
  };
}

/** Reads a fault script. An error names the rule, the field, and what is right. */
export function readFaultScript(value: unknown, where: string): FaultScript {
  const given = record(value, where);
  const rules = given["rules"];
  if (!Array.isArray(rules)) {
    throw new Error(`${where}: 'rules' must be a list.`);
  }
  if (given["seed"] !== undefined && typeof given["seed"] !== "number") {
    throw new Error(`${where}: 'seed' must be a number.`);
  }
  for (const [index, rule] of rules.entries()) {
    checkRule(record(rule, `${where}: rules[${index}]`), `${where}: rules[${index}]`);
  }
  return given as unknown as FaultScript;
}

function checkRule(rule: { [name: string]: unknown }, where: string): void {
  for (const [name, value] of Object.entries(rule)) {
    const isRight =
      (name === "kind" && KINDS.includes(String(value))) ||
      (name === "when" && (value === "before" || value === "after-commit")) ||
      (TEXTS.includes(name) && typeof value === "string") ||
      (NUMBERS.includes(name) && typeof value === "number");
    if (!isRight) {
      throw new Error(`${where}: '${name}' is not known or not of the right type.`);
    }
  }
  if (rule["kind"] === undefined || (rule["kind"] === "status" && rule["status"] === undefined)) {
    throw new Error(`${where}: needs a 'kind' (${KINDS.join(", ")}); 'status' also a status.`);
  }
}

function record(value: unknown, where: string): { [name: string]: unknown } {
  if (typeof value !== "object" || value === null) {
    throw new Error(`${where}: an object is expected.`);
  }
  return value as { [name: string]: unknown };
}

function isMeant(rule: FaultRule, path: RegExp | undefined, suspect: Suspect): boolean {
  const mailbox = rule.mailbox?.toLowerCase();
  return (
    (rule.method === undefined || rule.method.toUpperCase() === suspect.method) &&
    (path === undefined || path.test(suspect.path)) &&
    (mailbox === undefined ||
      mailbox === suspect.mailbox?.toLowerCase() ||
      mailbox === suspect.mailboxName?.toLowerCase())
  );
}

/** A number from 0 to 1 that depends on the text alone (FNV-1a, then mixed). */
function unitHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

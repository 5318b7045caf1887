import type { KeptMessage, MailboxSummary } from "./control-plane.ts";
import type { MailboxState, User } from "./directory.ts";
import type { FaultRule, FaultScript } from "./faults.ts";
import type { Half } from "./halves.ts";
import type { Limits } from "./options.ts";
import type { Counts, SeenRequest } from "./request-log.ts";

/** The control plane of a stand-in Graph, from outside. Every call throws when it is refused. */
export interface GraphControl {
  /** The requests seen after number `since`, oldest first. */
  requests(since?: number): Promise<SeenRequest[]>;
  counts(): Promise<Counts>;
  /** Forgets the requests and begins to count at 1 again. */
  forgetRequests(): Promise<void>;
  mailboxes(): Promise<MailboxSummary[]>;
  /** Messages as kept; `folder` by id, well-known name, path or display name. */
  messages(mailbox: string, folder?: string): Promise<KeptMessage[]>;
  /** Messages that somebody could have seen with attachments missing. */
  halves(): Promise<Half[]>;
  faults(): Promise<{ seed: number; rules: (FaultRule & { matched: number; fired: number })[] }>;
  setFaults(script: FaultScript): Promise<void>;
  clearFaults(): Promise<void>;
  setLimits(limits: Partial<Limits>): Promise<void>;
  /** Adds a user or puts it in place of the one with its id. */
  putUser(user: Partial<User> & Pick<User, "id" | "userPrincipalName">): Promise<void>;
  /** Changes some of a user, found by id or user principal name. */
  changeUser(user: string, change: Partial<User>): Promise<void>;
  setMailbox(user: string, state: MailboxState): Promise<void>;
  removeUser(id: string): Promise<void>;
  /** Empties mailboxes, log, faults and throttles. Users and limits stay. */
  reset(): Promise<void>;
}

/** `url` as `startGraph` gives it or the stand-in prints it. */
export function graphControl(url: string): GraphControl {
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${url}/_control/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) {
      throw new Error(`Stand-in Graph: ${method} ${path}: ${JSON.stringify(answer)}`);
    }
    return answer as T;
  }

  const changeUser = (user: string, change: Partial<User>): Promise<void> =>
    call("PATCH", `users/${encodeURIComponent(user)}`, change);

  return {
    requests: (since = 0) => call("GET", `requests?since=${since}`),
    counts: () => call("GET", "counts"),
    forgetRequests: () => call("DELETE", "requests"),
    mailboxes: () => call("GET", "mailboxes"),
    messages: (mailbox, folder) => {
      const query = folder === undefined ? "" : `?folder=${encodeURIComponent(folder)}`;
      return call("GET", `mailbox/${encodeURIComponent(mailbox)}/messages${query}`);
    },
    halves: () => call("GET", "halves"),
    faults: () => call("GET", "faults"),
    setFaults: (script) => call("POST", "faults", script),
    clearFaults: () => call("DELETE", "faults"),
    setLimits: (limits) => call("PATCH", "limits", limits),
    putUser: (user) => call("POST", "users", user),
    changeUser,
    setMailbox: (user, mailbox) => changeUser(user, { mailbox }),
    removeUser: (id) => call("DELETE", `users/${encodeURIComponent(id)}`),
    reset: () => call("POST", "reset"),
  };
}

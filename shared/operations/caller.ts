import { z } from "zod";

/** What a person may do; each stands for itself, none includes another. */
export const roles = [
  "Archive.Reader",
  "Archive.Auditor",
  "Archive.Operator",
  "Archive.Administrator",
] as const;
export type Role = (typeof roles)[number];

/** Who asks. */
export interface Caller {
  /** The object id in Microsoft Entra ID; `local` where nobody signs in. */
  readonly id: string;
  readonly roles: ReadonlySet<Role>;
}

/** Who stands before the routes: the platform's sign-in, nobody on one's own machine, or nobody at all. */
export type SignIn = "platform" | "local" | "none";

/** Who asks on a machine where nobody signs in: the person before it, who may do everything. */
export const localCaller: Caller = { id: "local", roles: new Set(roles) };

const OBJECT_ID = ["http://schemas.microsoft.com/identity/claims/objectidentifier", "oid"];
const ROLE = ["http://schemas.microsoft.com/ws/2008/06/identity/claims/role", "roles"];

const Principal = z.object({
  role_typ: z.string().optional(),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
});

/**
 * Who the platform says asks: the header `X-MS-CLIENT-PRINCIPAL`, base64 of JSON.
 * Nobody when it is missing, unreadable or names no object id.
 *
 * Only behind the platform's sign-in may this be believed: anywhere else nobody
 * strips the header, and anyone can send it.
 */
export function callerOfPrincipal(header: string | undefined): Caller | undefined {
  if (header === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(header, "base64").toString());
  } catch {
    return undefined;
  }
  const principal = Principal.safeParse(json);
  if (!principal.success) return undefined;
  const { claims, role_typ } = principal.data;
  const id = claims.find(({ typ }) => OBJECT_ID.includes(typ))?.val;
  if (!id) return undefined;
  const roleTypes = new Set([...ROLE, ...(role_typ === undefined ? [] : [role_typ])]);
  const given = claims.filter(({ typ }) => roleTypes.has(typ)).map(({ val }) => val);
  return { id, roles: new Set(roles.filter((role) => given.includes(role))) };
}

/**
 * Whether somebody may read what operators wrote as their reasons. A reader sees
 * states and counts: a reason may name people.
 */
export function maySeeReasons({ roles: given }: Caller): boolean {
  return roles.some((role) => role !== "Archive.Reader" && given.has(role));
}

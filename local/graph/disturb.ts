import { setTimeout as sleep } from "node:timers/promises";
import type { FaultRule } from "./faults.ts";
import { Refusal } from "./refusal.ts";
import type { Tenant } from "./tenant.ts";

/** In place of an answer: the connection breaks. */
export const RESET = Symbol("reset");

/** Carries out a fault. Returns what the client gets instead of the answer, if anything. */
export async function disturb(
  fault: FaultRule,
  tenant: Tenant,
  sessionId: string | undefined,
): Promise<Refusal | typeof RESET | undefined> {
  switch (fault.kind) {
    case "reset":
      return RESET;
    case "slow":
      await sleep(fault.delayMs ?? 1000);
      return undefined;
    case "status":
      return refusalOf(fault, fault.status ?? 503);
    case "expire-session": {
      const session = tenant.sessions.get(sessionId ?? "");
      if (session) {
        session.expiresAt = new Date(0);
      }
      return session && fault.status !== undefined ? refusalOf(fault, fault.status) : undefined;
    }
    case "not-found-after-create":
      return undefined;
  }
}

function refusalOf(fault: FaultRule, status: number): Refusal {
  const headers =
    fault.retryAfter === undefined ? undefined : { "Retry-After": String(fault.retryAfter) };
  const code = fault.code ?? USUAL_CODES[status] ?? "UnknownError";
  return new Refusal(status, code, fault.message ?? `A fault was asked for: ${code}.`, headers);
}

const USUAL_CODES: Readonly<Record<number, string>> = {
  401: "InvalidAuthenticationToken",
  403: "ErrorAccessDenied",
  404: "ErrorItemNotFound",
  429: "ApplicationThrottled",
  500: "ErrorInternalServerError",
  502: "UnknownError",
  503: "ServiceUnavailable",
  504: "UnknownError",
};

import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { sendProblem, sendText } from "./answers.ts";
import type { Fault } from "./faults.ts";
import type { Page } from "./listing.ts";

/**
 * Does what suits any request; true when that was the whole answer. Rejects
 * when the client hangs up while it waits.
 */
export async function spoilAnswer(
  fault: Fault,
  response: ServerResponse,
  { now, closed }: { now: Date; closed: AbortSignal },
): Promise<boolean> {
  switch (fault.do) {
    case "status": {
      const headers = fault.retryAfter
        ? { "Retry-After": retryAfterText(fault.retryAfter, now) }
        : {};
      sendProblem(response, {
        status: fault.status,
        headers,
        message: "This fault was asked for.",
      });
      return true;
    }
    case "answer":
      sendText(response, fault.status, fault.headers, fault.body);
      return true;
    case "hang-up":
      response.socket?.resetAndDestroy();
      return true;
    case "wait":
      await pause(fault.ms, undefined, { signal: closed });
      return false;
    default:
      return false;
  }
}

/** RFC 9110 §10.2.3: seconds, or a date in GMT with whole seconds. */
function retryAfterText(
  { seconds, as }: { seconds: number; as: "seconds" | "http-date" },
  now: Date,
): string {
  if (as === "seconds") return String(seconds);
  return new Date(now.getTime() + seconds * 1000).toUTCString();
}

/** The page as the fault has it. It may be anything: that is the point. */
export function spoilPage(fault: Fault, page: Page, samePage: string): unknown {
  const isNamed = ({ id }: { id: string }) => fault.id === undefined || fault.id === id;
  switch (fault.do) {
    case "wrong-size":
      return {
        ...page,
        items: page.items.map((item) =>
          isNamed(item) ? { ...item, size: item.size + fault.by } : item,
        ),
      };
    case "next":
      return { ...page, next: fault.value };
    case "same-page":
      return { ...page, next: samePage };
    case "repeat":
      return { ...page, items: [...page.items, ...page.items.filter(isNamed).slice(0, 1)] };
    case "list-also":
      return { ...page, items: [...page.items, fault.entry] };
    case "reverse":
      return { ...page, items: page.items.toReversed() };
    default:
      return page;
  }
}

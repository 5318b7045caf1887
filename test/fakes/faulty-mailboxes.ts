import { DeferredError } from "../../shared/domain/errors.ts";
import type { MailItem } from "../../shared/domain/mail-item.ts";
import type { Mailboxes } from "../../shared/pipeline/ports.ts";
import type { Surroundings } from "./faulty-hosts.ts";

/** Mailboxes of a Graph that throttles, is away, and loses its answers; `written` counts by key. */
export function faultyMailboxes(written: Map<string, number>) {
  return ({ chance, pause }: Surroundings): Mailboxes => {
    const away = () => new DeferredError("graph-unavailable", { on: "app" });
    return {
      async find(_delivery, item) {
        await pause();
        if (chance(0.1)) throw away();
        return written.has(item.key) ? item.key : undefined;
      },
      async add(_delivery, item: MailItem) {
        if (chance(0.2)) {
          throw new DeferredError("graph-throttled", {
            on: "mailbox",
            retryAfterMs: 10_000,
            nothingWritten: true,
          });
        }
        if (chance(0.1)) throw away();
        await pause();
        written.set(item.key, (written.get(item.key) ?? 0) + 1);
        if (chance(0.15)) throw away();
        return { mailboxItemId: item.key };
      },
    };
  };
}

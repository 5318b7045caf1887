import { setImmediate as turn } from "node:timers/promises";
import { syntheticBody } from "../../local/gateway/synthetic-body.ts";
import { passedThrough } from "../../shared/adapters/short-lived.ts";
import type { ImportJob } from "../../shared/pipeline/import-job.ts";
import type { BlobPointer, Emails } from "../../shared/pipeline/ports.ts";
import { deliveries, type MadeDelivery } from "./deliveries.ts";
import { MB } from "./mail.ts";

/** Every round's file has the same bytes: the stand-in keeps them once. */
const SEED = 1;
/** A block of 57 bytes becomes a line of 78. */
const ENCODED = 78 / 57;

/** As large as the pieces in which storage hands out a blob. */
const CHUNK_BYTES = 65_536;

/** An email that lies in memory: making it is nobody's work. */
export interface LargeMail {
  readonly bytes: Buffer;
  readonly chunks: () => AsyncGenerator<Uint8Array>;
}

/** An email with one file of about so many MB. */
export function largeMail(fileMb: number): LargeMail {
  const item = { id: "large", mediaType: "message/rfc822" };
  const size = Math.round(fileMb * MB * ENCODED);
  return mailOf(Buffer.concat([...syntheticBody(item, { seed: SEED, size })]));
}

export function mailOf(bytes: Buffer): LargeMail {
  return {
    bytes,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
        // What comes over a network comes with the event loop: else a whole reading were one block.
        await turn();
        // As what reads from storage does it.
        passedThrough(CHUNK_BYTES);
        yield bytes.subarray(at, at + CHUNK_BYTES);
      }
    },
  };
}

/** Whatever is asked for, it is this email. */
export function emailsWith(mail: LargeMail): Emails {
  const refuse = () => {
    throw new Error("Nothing is written or removed here.");
  };
  return {
    open: async (_pointer: BlobPointer) => ({ size: mail.bytes.length, chunks: mail.chunks() }),
    write: refuse,
    remove: refuse,
  };
}

/** A delivery of its own; its email is whatever the emails of the bench give. */
export function largeDelivery(label: string, mailbox: string): Pick<MadeDelivery, "job" | "item"> {
  const [made] = deliveries(label, 1, { bytes: 0, mailboxes: [mailbox] });
  if (!made) throw new Error("There is no delivery.");
  return { job: made.job satisfies ImportJob, item: made.item };
}

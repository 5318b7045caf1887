import { syntheticBody } from "../../local/gateway/synthetic-body.ts";
import type { ImportJob } from "../../shared/pipeline/import-job.ts";
import type { BlobPointer, Emails } from "../../shared/pipeline/ports.ts";
import { deliveries, type MadeDelivery } from "./deliveries.ts";
import { MB } from "./mail.ts";

/** Every round's file has the same bytes: the stand-in keeps them once. */
const SEED = 1;
/** A block of 57 bytes becomes a line of 78. */
const ENCODED = 78 / 57;

/** An email with one file of about so many MB, made while it is read: it takes no memory here. */
export interface LargeMail {
  readonly size: number;
  readonly chunks: () => AsyncGenerator<Uint8Array>;
}

export function largeMail(fileMb: number): LargeMail {
  const size = Math.round(fileMb * MB * ENCODED);
  const item = { id: "large", mediaType: "message/rfc822" };
  return {
    size,
    async *chunks() {
      yield* syntheticBody(item, { seed: SEED, size });
    },
  };
}

/** Whatever is asked for, it is this email. */
export function emailsWith(mail: LargeMail): Emails {
  const refuse = () => {
    throw new Error("Nothing is written or removed here.");
  };
  return {
    open: async (_pointer: BlobPointer) => ({ size: mail.size, chunks: mail.chunks() }),
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

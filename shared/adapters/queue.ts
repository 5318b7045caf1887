import type { QueueClient } from "@azure/storage-queue";
import type { ImportJob } from "../pipeline/import-job.ts";
import type { WorkQueue } from "../pipeline/ports.ts";

/** An entry that expires is an item that vanishes; Azure's default is seven days. */
const NEVER = -1;
/** Azure hides an entry for seven days at most. */
const LONGEST_HIDE_S = 7 * 24 * 3_600;

/**
 * The queue of import jobs and the poison queue beside it.
 *
 * Texts are base64, as the Functions host expects them unless host.json says
 * otherwise; the SDK for JavaScript does not encode by itself.
 */
export function storageQueue(clients: { jobs: QueueClient; poison: QueueClient }): WorkQueue {
  const { jobs, poison } = clients;

  return {
    async add(job) {
      await jobs.sendMessage(encodeEntry(job), { messageTimeToLive: NEVER });
    },

    async defer(job, delayMs) {
      const again: ImportJob = { ...job, deferrals: job.deferrals + 1 };
      // Rounded up: a request before its time counts against the mailbox.
      const visibilityTimeout = Math.min(Math.ceil(delayMs / 1000), LONGEST_HIDE_S);
      await jobs.sendMessage(encodeEntry(again), { visibilityTimeout, messageTimeToLive: NEVER });
    },

    async poison(entry, { code, detail, at, tries }) {
      const reason = { code, detail, at: at.toISOString(), tries };
      const text = encodeEntry({ ...entry, reason });
      const { messageId, popReceipt } = await poison.sendMessage(text, {
        messageTimeToLive: NEVER,
      });
      return { messageId, popReceipt };
    },

    async depth() {
      const { approximateMessagesCount } = await jobs.getProperties();
      return approximateMessagesCount ?? 0;
    },
  };
}

function encodeEntry(entry: unknown): string {
  return Buffer.from(JSON.stringify(entry)).toString("base64");
}

/**
 * What an entry says, whoever wrote it: base64 as ours are, or bare as the host
 * leaves an entry that it could not decode. Nothing when it is no JSON object.
 */
export function decodeEntry(text: string): Record<string, unknown> | undefined {
  for (const candidate of [Buffer.from(text, "base64").toString(), text]) {
    try {
      const parsed: unknown = JSON.parse(candidate);
      if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) {
        return parsed as Record<string, unknown>;
      }
    } catch {
      // Not JSON this way: the other way, or no entry of ours at all.
    }
  }
  return undefined;
}

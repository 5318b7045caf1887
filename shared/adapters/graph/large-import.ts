import type { Message } from "@microsoft/microsoft-graph-types";
import { classify } from "../../domain/error-table.ts";
import { DeferredError, RejectedItemError } from "../../domain/errors.ts";
import type { MailItem } from "../../domain/mail-item.ts";
import { noEarlierThan } from "../../domain/retry-after.ts";
import type { AddedItem } from "../../pipeline/ports.ts";
import { attach, attachmentNames, type BrokenUpload, pass } from "./attachments.ts";
import type { CloudFacts } from "./clouds.ts";
import { createMessage } from "./create-message.ts";
import { filesOf } from "./files.ts";
import { type Folders, stagingFolder, targetFolder } from "./folders.ts";
import { GraphFailure, isStatus } from "./graph-failure.ts";
import { graphPath } from "./odata.ts";
import { bytesOf, filesDone } from "./staged-files.ts";
import type { Staging } from "./staging.ts";
import type { GraphTraffic, Visit } from "./traffic.ts";

/** Puts an item together in the hidden folder, and moves it when it is whole. */
export type LargeImport = (
  visit: Visit,
  item: MailItem,
  progress: () => Promise<void>,
) => Promise<AddedItem>;

/** Another one is at work in this process: most are done within so long, and a large one later. */
const TURN_MS = 250;
const MOST_TURNS = 12;
const BUSY_MS = 10_000;
/** Until the list of a message's files shows the last of them. */
const SHOWS_AFTER_MS = 1_000;

/**
 * Items that do not fit into one request.
 *
 * Nobody may ever see half a message, so it is created in a folder that nobody
 * sees, gets its files there, is compared with what it should have, and is then
 * moved in one step. A host may die at any point: whoever comes next finds the
 * message by its key, keeps the files that are on it, and goes on.
 */
export function largeImport(options: {
  traffic: GraphTraffic;
  folders: Folders;
  staging: Staging;
  cloud: CloudFacts;
}): LargeImport {
  const { traffic, folders, staging, cloud } = options;
  let isBusy = false;
  /** The session that this process broke off last; its URL is a secret, and lives here only. */
  let broken: (BrokenUpload & { messageId: string }) | undefined;

  /** The message that earlier tries left and that can be gone on with, else a new one. */
  async function start(visit: Visit, item: MailItem): Promise<Start> {
    let kept: Start | undefined;
    for (const { id, reduced } of await staging.find(visit, item.internetMessageId)) {
      const done = kept
        ? undefined
        : filesDone(item, await attachmentNames(visit, id, traffic.baseUrl));
      if (done === undefined) await discard(visit, id);
      else kept = { id, reduced, done };
    }
    visit.reserve(bytesOf(item.files.slice(kept?.done ?? 0)));
    if (kept) return kept;
    const folderId = await folders.id(visit, stagingFolder);
    try {
      const made = await createMessage(visit, folderId, item);
      return { id: made.mailboxItemId, reduced: made.reduced, done: 0 };
    } catch (error) {
      if (isStatus(error, 404)) folders.forget(visit.mailbox, stagingFolder);
      throw error;
    }
  }

  async function discard(visit: Visit, id: string): Promise<void> {
    if (!(await staging.remove(visit, id))) {
      traffic.log.warn("staging leftover kept", { mailbox: visit.mailbox });
    }
  }

  async function upload(
    visit: Visit,
    item: MailItem,
    staged: Start,
    progress: () => Promise<void>,
  ): Promise<void> {
    const resumed = broken?.messageId === staged.id ? broken : undefined;
    broken = undefined;
    let index = 0;
    for await (const open of filesOf(item)) {
      const fileIndex = index;
      index += 1;
      if (fileIndex < staged.done) {
        await pass(open);
        continue;
      }
      await attach(visit, staged.id, open, {
        cloud,
        now: traffic.now,
        progress,
        begun: resumed?.fileIndex === fileIndex ? resumed.url : undefined,
        onSession: (url) => {
          broken = { messageId: staged.id, fileIndex, url };
        },
      });
      broken = undefined;
      await progress();
    }
  }

  /** Whether every file shows, under its name. Throws when it will never be so. */
  async function verify(visit: Visit, item: MailItem, id: string): Promise<void> {
    for (;;) {
      const names = await attachmentNames(visit, id, traffic.baseUrl);
      const done = filesDone(item, names);
      if (done === item.files.length) return;
      if (names.length === item.files.length) {
        throw new RejectedItemError("rejected-by-exchange", "attachment-names-changed");
      }
      const isTooMany = names.length > item.files.length;
      // A host that had lost its claim, and did not know it yet, put a file there too.
      if (isTooMany) await discard(visit, id);
      if (isTooMany || !(await visit.patience.wait(SHOWS_AFTER_MS))) {
        throw new GraphFailure({ status: 404, code: "ErrorItemNotFound" });
      }
    }
  }

  async function move(
    visit: Visit,
    item: MailItem,
    id: string,
    progress: () => Promise<void>,
  ): Promise<string> {
    const folderId = await folders.id(visit, targetFolder(item.folder));
    await progress();
    try {
      const moved = await moveTo(visit, id, folderId);
      const isElsewhere = moved.parentFolderId && moved.parentFolderId !== folderId;
      if (!moved.id || isElsewhere) {
        throw new Error("Graph moved a message, and it is not where it should be");
      }
      return moved.id;
    } catch (error) {
      // The message is gone, or the folder: both are looked up anew by the next try.
      if (isStatus(error, 404)) folders.forget(visit.mailbox, targetFolder(item.folder));
      throw error;
    }
  }

  async function run(
    visit: Visit,
    item: MailItem,
    progress: () => Promise<void>,
  ): Promise<AddedItem> {
    const staged = await start(visit, item);
    try {
      await upload(visit, item, staged, progress);
      await verify(visit, item, staged.id);
      const mailboxItemId = await move(visit, item, staged.id, progress);
      return { mailboxItemId, ...(staged.reduced !== undefined && { reduced: staged.reduced }) };
    } catch (error) {
      if (isFinal(error)) await discard(visit, staged.id);
      throw error;
    }
  }

  return async (visit, item, progress) => {
    for (let turn = 0; isBusy && turn < MOST_TURNS; turn += 1) await visit.patience.wait(TURN_MS);
    if (isBusy) {
      const retryAfterMs = noEarlierThan(BUSY_MS, traffic.random);
      const nothingWritten = true;
      throw new DeferredError("large-import-busy", { on: "app", retryAfterMs, nothingWritten });
    }
    isBusy = true;
    try {
      return await run(visit, item, progress);
    } finally {
      isBusy = false;
    }
  };
}

/**
 * The schema spells the folder's field `DestinationId`, the documentation
 * `destinationId`. Exchange takes both; what knows one alone says to the other
 * that there is no such request or folder, and has moved nothing.
 */
async function moveTo(visit: Visit, id: string, folderId: string): Promise<Message> {
  const path = graphPath`/users/${visit.mailbox}/messages/${id}/move`;
  const move = (body: unknown) => visit.call<Message>({ method: "POST", path, body });
  try {
    return await move({ DestinationId: folderId });
  } catch (error) {
    if (!isStatus(error, 400, 404)) throw error;
    return move({ destinationId: folderId });
  }
}

interface Start {
  readonly id: string;
  readonly reduced: string | undefined;
  /** How many of the item's files it has already. */
  readonly done: number;
}

/** Nothing more will come of the delivery, so nothing of it may be left behind. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof RejectedItemError ||
    (error instanceof GraphFailure && classify(error.failure).wait === undefined)
  );
}

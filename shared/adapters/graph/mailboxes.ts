import { RejectedItemError } from "../../domain/errors.ts";
import { deliveryKey } from "../../domain/item-key.ts";
import type { MailItem } from "../../domain/mail-item.ts";
import type { AddedItem, Mailboxes } from "../../pipeline/ports.ts";
import { SESSION_FROM_BYTES } from "./attachments.ts";
import { type CloudFacts, clouds, type GraphCloud } from "./clouds.ts";
import { createMessage, messageJson } from "./create-message.ts";
import { filesOf, readFile } from "./files.ts";
import { findItem } from "./find-item.ts";
import { type Folders, graphFolders, isFolderGone, targetFolder } from "./folders.ts";
import { isStatus } from "./graph-failure.ts";
import { largeImport } from "./large-import.ts";
import { bytesAround, type WholeFile } from "./request-body.ts";
import { graphStaging } from "./staging.ts";
import type { GraphTraffic, Visit } from "./traffic.ts";

/** The port, and what only `reconcile` and `doctor` ask of it. */
export interface GraphMailboxes extends Mailboxes {
  /**
   * Removes what dead hosts left in a mailbox's hidden folder. A message whose
   * delivery `isOpen` stays: a host is at work on it, or will take it up again.
   * `kept` counts those, and what the cloud cannot remove.
   */
  sweepStaging(
    mailbox: string,
    isOpen: (key: string) => Promise<boolean>,
  ): Promise<{ removed: number; kept: number }>;
}

/** Graph takes 4 MB; some room for what lies around the JSON. */
const ONE_POST_BYTES = 3_800_000;

export function graphMailboxes(
  traffic: GraphTraffic,
  options: { cloud: GraphCloud },
): GraphMailboxes {
  const cloud: CloudFacts = clouds[options.cloud];
  const folders = graphFolders(traffic);
  const staging = graphStaging({ traffic, folders, cloud });
  const large = largeImport({ traffic, folders, staging, cloud });

  async function add(
    visit: Visit,
    item: MailItem,
    progress: () => Promise<void>,
  ): Promise<AddedItem> {
    const json = messageJson(item);
    if (!fitsOnePost(item, json)) return large(visit, item, progress);
    const files = await wholeFiles(item);
    try {
      return await inFolder(visit, folders, item, async (folderId) => {
        await progress();
        return createMessage(visit, folderId, item, { json, files });
      });
    } catch (error) {
      // The service draws the line lower than its documentation.
      if (isStatus(error, 413) && item.files.length > 0) return large(visit, item, progress);
      throw error;
    }
  }

  return {
    find(delivery, item) {
      const visit = traffic.visit(delivery.mailbox);
      return visit.deliver(deliveryKey(delivery), async () => {
        const found = await findItem(visit, item, { folders, traffic });
        if (found !== undefined && !fitsOnePost(item, messageJson(item))) {
          for (const { id } of await staging.find(visit, item.internetMessageId)) {
            await staging.remove(visit, id);
          }
        }
        return found;
      });
    },

    add(delivery, item, progress = async () => {}) {
      const visit = traffic.visit(delivery.mailbox);
      return visit.deliver(deliveryKey(delivery), () => add(visit, item, progress));
    },

    async sweepStaging(mailbox, isOpen) {
      const visit = traffic.visit(mailbox);
      return visit.deliver(mailbox, async () => {
        let removed = 0;
        let kept = 0;
        for (const { id, key } of await staging.list(visit)) {
          const isLeftover = key !== undefined && !(await isOpen(key));
          if (isLeftover && (await staging.remove(visit, id))) removed += 1;
          else kept += 1;
        }
        return { removed, kept };
      });
    },
  };
}

/** Whether the item, files and all, can go in one request. Reads nothing. */
function fitsOnePost({ files }: MailItem, json: string): boolean {
  const around = Buffer.byteLength(json) + bytesAround(files);
  if (around > ONE_POST_BYTES) {
    throw new RejectedItemError("oversize", "body-too-large-for-graph");
  }
  const content = files.reduce((sum, { size }) => sum + 4 * Math.ceil(size / 3), 0);
  return around + content <= ONE_POST_BYTES && files.every(({ size }) => size < SESSION_FROM_BYTES);
}

async function wholeFiles(item: MailItem): Promise<WholeFile[]> {
  const files: WholeFile[] = [];
  for await (const open of filesOf(item)) {
    files.push({ file: open.file, content: await readFile(open) });
  }
  return files;
}

/** Writes into the connector's folder; when its owner has removed it meanwhile, into a new one, once. */
async function inFolder<T>(
  visit: Visit,
  folders: Folders,
  item: MailItem,
  write: (folderId: string) => Promise<T>,
): Promise<T> {
  const folder = targetFolder(item.folder);
  const folderId = await folders.id(visit, folder);
  try {
    return await write(folderId);
  } catch (error) {
    if (!isFolderGone(error)) throw error;
    folders.forget(visit.mailbox, folder);
    return write(await folders.id(visit, folder));
  }
}

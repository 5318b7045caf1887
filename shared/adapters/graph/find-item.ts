import type { Message } from "@microsoft/microsoft-graph-types";
import { DeferredError } from "../../domain/errors.ts";
import type { MailItem } from "../../domain/mail-item.ts";
import { type Folders, isFolderGone, stagingFolder, targetFolder } from "./folders.ts";
import { isStatus } from "./graph-failure.ts";
import { graphPath, odataText, type Page } from "./odata.ts";
import { ARCHIVE_ITEM_KEY, hasProperty, propertyOf, withProperties } from "./properties.ts";
import type { GraphTraffic, Visit } from "./traffic.ts";

const PAUSE_MS = 1_000;

/**
 * The id of an item that an earlier try wrote, complete.
 *
 * A wrong "no" is a duplicate in somebody's mailbox, so it is said only after two
 * looks with a pause between them, by two keys, and at last over all folders: the
 * owner may have moved or deleted the item since, and it was imported all the
 * same. The store is asked, by filter, and not the search index, which lags.
 */
export async function findItem(
  visit: Visit,
  item: MailItem,
  { folders, traffic }: { folders: Folders; traffic: GraphTraffic },
): Promise<string | undefined> {
  const byId = `internetMessageId eq ${odataText(item.internetMessageId)}`;
  const byKey = hasProperty(ARCHIVE_ITEM_KEY, item.key);
  const target = targetFolder(item.folder);
  const { mailbox } = visit;

  async function look(path: string, $filter: string): Promise<Message[]> {
    const query = {
      $filter,
      $select: "id,parentFolderId,createdDateTime,internetMessageId",
      ...($filter === byKey && { $expand: withProperties(ARCHIVE_ITEM_KEY) }),
      $top: "10",
    };
    const { value } = await visit.call<Page<Message>>({ method: "GET", path, query });
    // A filter that was passed over gives everybody's messages, and ours would never be written.
    return value.filter(isIt);
  }

  function isIt(found: Message): boolean {
    const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
    const key = propertyOf(found, ARCHIVE_ITEM_KEY);
    if (key !== undefined) return isSame(key, item.key);
    return isSame(found.internetMessageId ?? item.internetMessageId, item.internetMessageId);
  }

  async function inTarget($filter: string): Promise<Message[]> {
    const folderId = await folders.find(visit, target);
    if (folderId === undefined) return [];
    try {
      return await look(graphPath`/users/${mailbox}/mailFolders/${folderId}/messages`, $filter);
    } catch (error) {
      if (!isFolderGone(error)) throw error;
      folders.forget(mailbox, target);
      return [];
    }
  }

  async function anywhere(): Promise<Message[]> {
    const all = await look(graphPath`/users/${mailbox}/messages`, byId);
    if (all.length === 0) return [];
    const staging = await folders.find(visit, stagingFolder);
    if (staging === undefined) return all;
    // What lies there is not complete, or not yet where it belongs.
    return all.filter(({ parentFolderId }) => parentFolderId !== staging);
  }

  const looks = [
    () => inTarget(byId),
    async () => {
      if (!(await visit.patience.wait(PAUSE_MS + Math.floor(traffic.random() * PAUSE_MS)))) {
        throw new DeferredError("item-not-ready", { on: "item", retryAfterMs: 2 * PAUSE_MS });
      }
      return served(inTarget(byKey));
    },
    () => served(anywhere()),
  ];
  for (const next of looks) {
    const found = await next();
    if (found.length > 1) {
      // Deleting archived mail is for a person to decide.
      traffic.log.error("delivery found twice", { mailbox, key: item.key, count: found.length });
    }
    const id = oldest(found)?.id;
    if (id) return id;
  }
  return undefined;
}

/** A second opinion that Graph does not give is none; the first one was asked for already. */
async function served(look: Promise<Message[]>): Promise<Message[]> {
  return look.catch((error: unknown) => {
    if (isStatus(error, 400, 501)) return [];
    throw error;
  });
}

function oldest(found: readonly Message[]): Message | undefined {
  const at = ({ createdDateTime }: Message) => createdDateTime ?? "";
  return found.toSorted((one, other) => at(one).localeCompare(at(other)))[0];
}

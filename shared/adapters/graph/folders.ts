import type { MailFolder } from "@microsoft/microsoft-graph-types";
import { classify } from "../../domain/error-table.ts";
import type { Folder } from "../../domain/mail-item.ts";
import type { GraphRequest } from "./client.ts";
import { GraphFailure, isCode, isStatus } from "./graph-failure.ts";
import { graphPath, nextPage, odataText, type Page } from "./odata.ts";
import { ARCHIVE_FOLDER, ARCHIVE_STAGING, hasProperty } from "./properties.ts";
import { sharedCalls } from "./shared-calls.ts";
import type { GraphTraffic, Visit } from "./traffic.ts";

/** A folder of the archive's own: what it is called, where it lies, and the mark it is known by. */
export interface OwnFolder {
  readonly name: string;
  readonly parent: Folder["parent"];
  readonly mark: { readonly id: string; readonly value: string };
  readonly isHidden: boolean;
}

/** Where a connector's items lie. */
export function targetFolder({ name, parent }: Folder): OwnFolder {
  return { name, parent, mark: { id: ARCHIVE_FOLDER, value: name }, isHidden: false };
}

/** Where large items are put together, out of everybody's sight: one in a mailbox. */
export const stagingFolder: OwnFolder = {
  name: "Mobile Archive Staging",
  parent: "root",
  mark: { id: ARCHIVE_STAGING, value: "staging" },
  isHidden: true,
};

export interface Folders {
  /** The folder's id; undefined when the mailbox has none. */
  find(visit: Visit, folder: OwnFolder): Promise<string | undefined>;
  /** The folder's id; it is made when there is none, once, whoever else makes it at the same time. */
  id(visit: Visit, folder: OwnFolder): Promise<string>;
  /** The id did not hold: look the folder up next time. */
  forget(mailbox: string, folder: OwnFolder): void;
}

const CHECK_AFTER_MS = 15 * 60_000;
const MOST_KEPT = 20_000;
/** Somebody made the folder in this moment: how long until it shows. */
const SHOWS_AFTER_MS = 500;
/** A mark that no folder has. */
const NO_MARK = "none";

interface Known {
  readonly id: string;
  /** The id of the folder it lay in when it was found; absent when Graph did not say. */
  readonly parentId?: string | undefined;
  readonly checkedAt: number;
}

export function graphFolders({ now, baseUrl }: Pick<GraphTraffic, "now" | "baseUrl">): Folders {
  const kept = new Map<string, Known>();
  // Those that ask at the same time share one look-up, and so make one folder.
  const lookUps = sharedCalls<Known | undefined>();
  const makings = sharedCalls<Known>();
  /** A tenant that cannot filter folders by a property is not asked to again. */
  let marksAreServed = true;

  const keyOf = (mailbox: string, { name, parent }: OwnFolder) => `${mailbox}/${parent}/${name}`;

  function keep(key: string, { id, parentId }: Pick<Known, "id" | "parentId">): Known {
    const known = { id, parentId, checkedAt: now().getTime() };
    kept.delete(key);
    kept.set(key, known);
    const first = kept.keys().next().value;
    if (kept.size > MOST_KEPT && first !== undefined) kept.delete(first);
    return known;
  }

  async function current(visit: Visit, folder: OwnFolder): Promise<Known | undefined> {
    const key = keyOf(visit.mailbox, folder);
    const known = kept.get(key);
    if (known && now().getTime() - known.checkedAt < CHECK_AFTER_MS) return known;
    return lookUps(key, async () => {
      const place = known && (await placeOf(visit, known.id));
      // Its owner may call it what they like. One that lies elsewhere, in Deleted Items or in a
      // folder of the owner's, stays there with its items, and another is made.
      if (known && place && isSamePlace(known, place)) return keep(key, { ...known, ...place });
      kept.delete(key);
      const found = await lookUp(visit, folder);
      return found && keep(key, found);
    });
  }

  async function lookUp(visit: Visit, folder: OwnFolder): Promise<Place | undefined> {
    if (marksAreServed) {
      try {
        const found = await marked(visit, folder);
        if (found) return found;
      } catch (error) {
        if (!isStatus(error, 400, 501)) throw error;
        marksAreServed = false;
      }
    }
    const named = await list(visit, folder, `displayName eq ${odataText(folder.name)}`);
    return named.find(({ name }) => isSameName(name, folder.name));
  }

  /** The folder with our mark. Throws what Graph says where it cannot filter by one. */
  async function marked(visit: Visit, folder: OwnFolder): Promise<Place | undefined> {
    const withMark = (value: string) => list(visit, folder, hasProperty(folder.mark.id, value));
    const places = await withMark(folder.mark.value);
    const [first] = places;
    const own = places.find(({ name }) => isSameName(name, folder.name));
    if (own || !first) return own;
    // Its owner renamed it, or the filter was passed over, and this is anybody's folder.
    marksAreServed = (await withMark(NO_MARK)).length === 0;
    return marksAreServed ? first : undefined;
  }

  async function list(visit: Visit, folder: OwnFolder, $filter: string): Promise<Place[]> {
    const found: Place[] = [];
    let next: GraphRequest | undefined = {
      method: "GET",
      path: listPath(visit.mailbox, folder),
      query: {
        $filter,
        $select: "id,displayName,parentFolderId",
        $top: "100",
        ...(folder.isHidden && { includeHiddenFolders: "true" }),
      },
    };
    while (next) {
      const page: Page<MailFolder> = await visit.call<Page<MailFolder>>(next);
      found.push(...page.value.map(placeIn));
      next = nextPage(page, baseUrl);
    }
    return found;
  }

  async function create(visit: Visit, folder: OwnFolder): Promise<Place> {
    const { name, mark, isHidden } = folder;
    const body: MailFolder = {
      displayName: name,
      singleValueExtendedProperties: [mark],
      ...(isHidden && { isHidden }),
    };
    try {
      const path = listPath(visit.mailbox, folder);
      return placeIn(await visit.call<MailFolder>({ method: "POST", path, body }));
    } catch (error) {
      if (!isStatus(error, 409) && !isCode(error, "ErrorFolderExists")) throw error;
      const made =
        (await lookUp(visit, folder)) ??
        ((await visit.patience.wait(SHOWS_AFTER_MS)) ? await lookUp(visit, folder) : undefined);
      if (!made) throw error;
      return made;
    }
  }

  return {
    async find(visit, folder) {
      return (await current(visit, folder))?.id;
    },
    async id(visit, folder) {
      const known = await current(visit, folder);
      if (known) return known.id;
      const key = keyOf(visit.mailbox, folder);
      const made = await makings(key, async () => keep(key, await create(visit, folder)));
      return made.id;
    },
    forget: (mailbox, folder) => void kept.delete(keyOf(mailbox, folder)),
  };
}

interface Place {
  readonly id: string;
  readonly parentId?: string;
  readonly name: string;
}

function placeIn({ id, parentFolderId, displayName }: MailFolder): Place {
  if (!id) throw new Error("Graph gave a folder without an id");
  return { id, ...(parentFolderId && { parentId: parentFolderId }), name: displayName ?? "" };
}

/** Whether it lies where it lay; what Graph does not say is no move. */
function isSamePlace(known: Known, { parentId }: Place): boolean {
  return !known.parentId || !parentId || known.parentId === parentId;
}

async function placeOf(visit: Visit, id: string): Promise<Place | undefined> {
  const path = graphPath`/users/${visit.mailbox}/mailFolders/${id}`;
  const query = { $select: "id,displayName,parentFolderId" };
  try {
    return placeIn(await visit.call<MailFolder>({ method: "GET", path, query }));
  } catch (error) {
    if (isFolderGone(error)) return undefined;
    throw error;
  }
}

/** Whether Exchange says that there is no such folder. Not every 404: some say that there is no mailbox. */
export function isFolderGone(error: unknown): boolean {
  return error instanceof GraphFailure && classify(error.failure).id === "not-there-yet";
}

function listPath(mailbox: string, { parent }: OwnFolder): string {
  return parent === "inbox"
    ? graphPath`/users/${mailbox}/mailFolders/inbox/childFolders`
    : graphPath`/users/${mailbox}/mailFolders`;
}

/** Exchange tells siblings apart by neither case nor blanks at the ends. */
function isSameName(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

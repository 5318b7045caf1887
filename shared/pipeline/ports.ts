import type { Delivery } from "../domain/delivery.ts";
import type { DeferCode, PoisonCode } from "../domain/errors.ts";
import type { MailItem } from "../domain/mail-item.ts";
import type { CustomMapping, DirectoryAnswer } from "../domain/mapping.ts";
import type { Tally } from "../domain/tally.ts";
import type { Window } from "../domain/window.ts";
import type { Connector } from "./connector.ts";
import type { ImportJob } from "./import-job.ts";
import type { Receipt } from "./receipt.ts";

/** Where a blob lies. */
export interface BlobPointer {
  readonly container: string;
  readonly blob: string;
}

/** Bytes that are read once, in order, and never held whole. */
export type Chunks = AsyncIterable<Uint8Array>;

// ---------------------------------------------------------------- collect

/** What a source says of an item before its bytes are read. */
export interface SourceItem {
  readonly id: string;
  readonly receivedAt: Date;
  readonly mediaType: "message/rfc822" | "application/json";
  /** Bytes, when the source says so; reading then checks it. */
  readonly size?: number;
  /** Where the source finds the bytes, in words of its own. Whoever keeps the item for later keeps this with it. */
  readonly locator?: string;
}

export interface SourcePage {
  readonly items: readonly SourceItem[];
  /** Opaque; absent on the last page of the window. */
  readonly next?: string;
}

/** Where a connector collects. Every failure is a `SourceError`. */
export interface Source {
  /** Proves that the account can sign in. */
  test(): Promise<void>;
  /** What the source *received* in the window, oldest first, page by page. */
  list(window: Window, cursor: string | undefined): Promise<SourcePage>;
  /** One item's bytes. A body that ends early throws in the midst of the iteration: what came is never stored. */
  read(item: SourceItem): Promise<Chunks>;
}

/** What was stored for an item. */
export interface StoredBytes {
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Raw bytes and receipts: written once, never overwritten. */
export interface RawStore {
  /**
   * Stores the bytes under the name, streaming. Where the blob is there already
   * it stays as it is, and what is returned describes the blob that is there.
   */
  putRaw(blob: string, mediaType: string, chunks: Chunks): Promise<StoredBytes>;
  /** Writes the receipt; where there is one already, returns that one. */
  putReceipt(blob: string, receipt: Receipt): Promise<Receipt>;
  /** Throws `RejectedItemError` (`malformed`) when there is none, or what is there is none. */
  readReceipt(blob: string): Promise<Receipt>;
}

/** Blobs by name: custody, reports, configuration, and evidence to be looked through. */
export interface StoredFiles {
  /** Whose names begin so, in the order of their names. */
  list(container: string, prefix: string): AsyncIterable<{ blob: string; size: number }>;
  /** Nothing when there is no such blob. `part` reads a piece of it; `size` is the whole blob's all the same. */
  open(pointer: BlobPointer, part?: { from: number; bytes: number }): Promise<OpenFile | undefined>;
  /** What was written; nothing, and nothing changed, when there is such a blob already. */
  writeOnce(
    pointer: BlobPointer,
    contentType: string,
    chunks: Chunks,
  ): Promise<StoredBytes | undefined>;
  /** Writes it anew; false, and nothing changed, when it is no longer the one with this etag. */
  replace(
    pointer: BlobPointer,
    contentType: string,
    content: Uint8Array,
    options?: { etag?: string },
  ): Promise<boolean>;
}

export interface OpenFile {
  readonly size: number;
  readonly etag: string;
  readonly chunks: Chunks;
}

// ---------------------------------------------------------------- convert, import

/** Raw blobs and emails, to be read; emails to be written. */
export interface Emails {
  /** Throws when there is no such blob: our fault, not the item's. Each call reads from the start. */
  open(pointer: BlobPointer): Promise<{ size: number; chunks: Chunks }>;
  /** Write-once; where the blob is there already it stays as it is, and is what the answer describes. */
  write(blob: string, email: Uint8Array | Chunks): Promise<BlobPointer & StoredBytes>;
  /** No error when it is gone already. */
  remove(blob: string): Promise<void>;
}

/** The Microsoft 365 directory. */
export interface Directory {
  /** By UPN, then mail or proxy address. Throws `DeferredError` when Graph is away: not an answer. */
  resolve(address: string): Promise<DirectoryAnswer>;
}

/** The Microsoft 365 mailboxes we archive into. */
export interface Mailboxes {
  /**
   * The id of what an earlier try wrote, complete and in its folder. Asks the
   * store, since the search index lags, and asks twice before it says no: an item
   * just written may not show yet.
   */
  find(delivery: Delivery, item: MailItem): Promise<string | undefined>;
  /**
   * Writes the item, whole or not at all, and returns its id in the mailbox.
   *
   * Throws `DeferredError` (throttled, away, mailbox not ready) or
   * `RejectedItemError` (`rejected-by-exchange`). `progress` is called whenever a
   * long write gets on, so that the claim can be kept.
   */
  add(delivery: Delivery, item: MailItem, progress?: () => Promise<void>): Promise<AddedItem>;
}

export interface AddedItem {
  readonly mailboxItemId: string;
  /** What Exchange would not take and was left off (reply-to, x- headers); recorded in the ledger. */
  readonly reduced?: string;
}

// ---------------------------------------------------------------- the ledger

/** What has become of an item. Absent `state`: received, not yet converted. */
export interface ItemRow {
  readonly itemKey: string;
  readonly connector: string;
  readonly sourceItemId: string;
  readonly receivedAt: Date;
  readonly mediaType: string;
  readonly size: number;
  readonly sha256: string;
  readonly raw: BlobPointer;
  /** The receipt's blob name, the first one. */
  readonly receipt: string;
  /** The run that counts the item: the one that collected it, or the redrive that took it up again. */
  readonly runId: string;
  readonly traceparent: string;
  /** When its receipt was written. */
  readonly collectedAt: Date;
  /** The ledger that its receipt was written under; see `Ledger.begin`. */
  readonly ledgerSince?: Date;
  readonly state?: ItemState;
  readonly code?: PoisonCode;
  readonly detail?: string;
  /** While `waiting`: when to try again. */
  readonly waitUntil?: Date;
  /** Unexpected failures so far. */
  readonly tries: number;
  /** How often conversion was started again; names the further receipts. */
  readonly restarts: number;
  /** The mailboxes of an item that is `converted`. */
  readonly mailboxes: readonly string[];
  readonly email?: BlobPointer;
  /** Mailboxes that have the same message already from another custodian: each counts as skipped. */
  readonly sameElsewhere: number;
  /** Which rule mapped each mailbox: JSON, ids and row numbers only. */
  readonly mappedBy?: string;
  /** Files left out under `oversize: "strip"`: each finished delivery then counts as partial. */
  readonly filesLeftOut: number;
  readonly convertedAt?: Date;
  /** SHA-256 of the email, lower-case hex. */
  readonly emailSha256?: string;
  /** When the rendered email, having served, was deleted. */
  readonly emailRemovedAt?: Date;
  /** When an operator discarded what was set aside. */
  readonly discardedAt?: Date;
  /** When its state was last changed, or its conversion started again. */
  readonly changedAt: Date;
  /** Where its poison entry lies; absent until the entry is written. */
  readonly poisonEntry?: EntryPointer;
}
export type ItemState = "converted" | "waiting" | "rejected";

/** Message id and pop receipt: enough to update or delete a queue entry without receiving it. */
export interface EntryPointer {
  readonly messageId: string;
  readonly popReceipt: string;
}

export interface DeliveryRow extends Delivery {
  readonly runId: string;
  /** Absent while the delivery was only ever put off. */
  readonly state?: "claimed" | "imported" | "rejected";
  readonly claimedUntil?: Date;
  readonly mailboxItemId?: string;
  readonly importedAt?: Date;
  readonly reduced?: string;
  readonly code?: PoisonCode;
  readonly detail?: string;
  /** Since when, and for whose reasons, the delivery is put off. */
  readonly deferredSince?: Date;
  readonly deferredFor?: string;
  /** Waiting for the item's or the mailbox's own reasons, in milliseconds; the app's outages do not count. */
  readonly waitedMs: number;
  readonly changedAt: Date;
  readonly poisonEntry?: EntryPointer;
  readonly discardedAt?: Date;
}

/** What lies set aside: an item, or one of its deliveries. */
export interface SetAside {
  readonly itemKey: string;
  /** Absent: the item, which then has no deliveries. */
  readonly mailbox?: string;
  readonly connector: string;
  readonly runId: string;
  readonly code: PoisonCode;
  readonly at: Date;
}

/** What an operator did to an item. */
export interface ItemAction {
  readonly action: "redrive" | "discard";
  /** The object id of the caller. */
  readonly by: string;
  readonly why: string;
  readonly at: Date;
  readonly mailbox?: string | undefined;
  /** Why it was set aside until then. */
  readonly code?: PoisonCode | undefined;
  readonly detail?: string | undefined;
  /** The run that counts it from then on. */
  readonly runId?: string | undefined;
}

/** Leave to write a delivery, until the lease ends. */
export interface Claim {
  /** `taken-over`: someone held it before, and may have written. */
  readonly kind: "new" | "taken-over";
  readonly delivery: Delivery;
  readonly until: Date;
  /** Without it a host that lost its claim could close its successor's. */
  readonly etag: string;
  /** Files that conversion left out of the item, as far as the ledger says so yet. */
  readonly filesLeftOut: number;
}

/**
 * What has become of each item and delivery.
 *
 * A lease outlives the longest step of an import. Were it shorter, a slow host
 * and its successor would both find the mailbox empty, and both write.
 */
export interface Ledger extends SetAsideLedger {
  /**
   * Since when every claim is on record: since now, unless that was said before. A
   * receipt carries it. Of an item whose receipt carries another moment, who claims
   * it first looks in the mailbox: the rows that told what became of it are lost,
   * since tables have no backup.
   */
  begin(at: Date): Promise<Date>;
  item(itemKey: string): Promise<ItemRow | undefined>;
  /** Says that the receipt is written. Never touches what conversion wrote, which may have been quicker. */
  recordReceived(item: ReceivedItem): Promise<void>;
  /** Merges into the item's row; fields that are not named stay. */
  recordItem(itemKey: string, change: ItemChange): Promise<void>;

  deliveries(itemKey: string): Promise<readonly DeliveryRow[]>;
  /**
   * Whether this item is the first, of several that carry the same message, for
   * the mailbox; an item that was the first stays it however often it asks.
   */
  isFirstOf(sameMessageKey: string, delivery: Delivery): Promise<boolean>;
  /** Of two hosts that ask at once, one gets the claim and the other `held`. */
  claim(
    job: Pick<ImportJob, "itemKey" | "mailbox" | "runId">,
    now: Date,
  ): Promise<Claim | { kind: "held"; until: Date } | { kind: "finished" }>;
  /** Lengthens the lease. Throws when the claim was taken over. */
  keep(claim: Claim, now: Date): Promise<Claim>;
  /** Throws when the claim was taken over: the successor looks in the mailbox, and finishes. */
  finish(claim: Claim, added: AddedItem, now: Date): Promise<void>;
  /** Ends the lease now. `nothingWritten`: whoever claims next need not look in the mailbox. */
  release(claim: Claim, options: { nothingWritten: boolean; at: Date }): Promise<void>;
  /**
   * Notes that a delivery is put off, and returns for how long it has been so for
   * the item's or the mailbox's own reasons, `ownDelayMs` included.
   */
  recordDeferral(
    job: Pick<ImportJob, "itemKey" | "mailbox" | "runId">,
    deferral: { code: string; ownDelayMs: number; at: Date },
  ): Promise<number>;
  /** Counts the delivery as rejected, unless it is imported already or someone is at work on it. */
  recordRejection(
    job: Pick<ImportJob, "itemKey" | "mailbox" | "runId">,
    rejection: { code: PoisonCode; detail: string; at: Date },
  ): Promise<"recorded" | "imported" | "held">;
  /** Where the poison entry of an item, or of one of its deliveries, lies. */
  recordPoisonEntry(of: { itemKey: string; mailbox?: string }, entry: EntryPointer): Promise<void>;
}

/** What is set aside, and what operators do with it. */
export interface SetAsideLedger {
  /** Lists it among what is set aside, before the ledger says so: a host that dies in between leaves one line too many, never one too few. */
  listSetAside(setAside: SetAside): Promise<void>;
  /** Takes it off the list, unless it was set aside anew since. */
  unlistSetAside(setAside: Pick<SetAside, "itemKey" | "mailbox" | "at">): Promise<void>;
  /** Everything set aside and neither taken up again nor discarded, by item key. `after`: those behind this one. */
  setAside(after?: Pick<SetAside, "itemKey" | "mailbox">): AsyncIterable<SetAside>;
  /**
   * Takes a rejected delivery up again for a run. Whoever claims it looks in the
   * mailbox first. False when it is rejected no longer.
   */
  reopenDelivery(delivery: Delivery, run: { runId: string; at: Date }): Promise<boolean>;
  /** Takes an item up again for a run: it waits for its conversion. */
  reopenItem(itemKey: string, run: { runId: string; at: Date }): Promise<void>;
  recordDiscard(of: { itemKey: string; mailbox?: string }, at: Date): Promise<void>;
  /** Makes a delivery's row anew as custody tells of it; one that is there already stays as it is. */
  restoreDelivery(
    delivery: Delivery &
      Pick<DeliveryRow, "runId" | "state" | "mailboxItemId" | "reduced" | "code" | "detail"> & {
        readonly at: Date;
      },
  ): Promise<void>;
  recordAction(itemKey: string, action: ItemAction): Promise<void>;
  /** Oldest first. */
  actions(itemKey: string): Promise<readonly ItemAction[]>;
}

export type ReceivedItem = Pick<
  ItemRow,
  | "itemKey"
  | "connector"
  | "sourceItemId"
  | "receivedAt"
  | "mediaType"
  | "size"
  | "sha256"
  | "raw"
  | "receipt"
  | "runId"
  | "traceparent"
  | "collectedAt"
  | "ledgerSince"
>;

export type ItemChange = Partial<
  Pick<
    ItemRow,
    | "runId"
    | "code"
    | "detail"
    | "tries"
    | "restarts"
    | "mailboxes"
    | "email"
    | "mappedBy"
    | "sameElsewhere"
    | "filesLeftOut"
    | "waitUntil"
    | "convertedAt"
    | "emailSha256"
    | "emailRemovedAt"
  >
> & { readonly state?: ItemState; readonly changedAt: Date };

/**
 * Who has to wait, known to every process: a mailbox that Graph told to wait, or
 * the whole app (`app`) while consent or credentials are gone or Graph is down.
 * A row of `Deliveries`; adapters cache an answer for some seconds.
 */
export interface Gates {
  /** Absent: open. */
  closed(gate: string): Promise<ClosedGate | undefined>;
  close(gate: string, closed: ClosedGate): Promise<void>;
  open(gate: string): Promise<void>;
  /** Several processes write into the mailbox, and Graph refused one of them: for some minutes they take turns. */
  crowd(mailbox: string): Promise<void>;
  /**
   * A slot for one delivery in the mailbox; whoever enters, leaves. There always is one
   * but in a crowded mailbox, where `retryAfterMs` says when to come again.
   */
  enter(mailbox: string): Promise<Entrance>;
}
export type Entrance =
  /** To leave twice does no harm. */
  | { readonly kind: "entered"; readonly leave: () => Promise<void> }
  | { readonly kind: "full"; readonly retryAfterMs: number };
export interface ClosedGate {
  readonly until: Date;
  /** Since when it has been closed without a break. */
  readonly since: Date;
  readonly code: DeferCode;
}

// ---------------------------------------------------------------- runs, checkpoints

export type RunKind = "daily" | "backfill" | "redrive";

/** One window of one connector, and all that becomes of its items. */
export interface Run {
  readonly connector: string;
  readonly runId: string;
  readonly kind: RunKind;
  readonly window: Window;
  /** `collecting` until its last page is stored; `closed` once nothing is pending: it never changes again. */
  readonly state: "collecting" | "collected" | "closed";
  readonly tally: Tally;
  /** Items before the fan-out. */
  readonly fromSource: number;
  readonly openedAt: Date;
  readonly closedAt?: Date;
  /** Its place in its connector's chain of custody files; absent until it is sealed there. */
  readonly sealed?: SealedFile;
}

/** One file of a connector's chain of custody. */
export interface SealedFile {
  /** Counted from 1, without a gap. */
  readonly sequence: number;
  readonly blob: string;
  /** Lower-case hex, over the whole file. */
  readonly sha256: string;
}

/** What still has to be done for a closed run. */
export type RunChore = "seal" | "remove-emails";

/** One item as a run counts it. */
export interface RunItem {
  readonly itemKey: string;
  /** `false`: look into the ledger; `true`: the tally is final. */
  readonly done: boolean;
  readonly tally: Tally;
}

export interface Runs {
  /** Opens a run; one that is there already stays as it is. */
  open(run: Pick<Run, "connector" | "runId" | "kind" | "window" | "openedAt">): Promise<void>;
  get(connector: string, runId: string): Promise<Run | undefined>;
  change(
    run: Pick<Run, "connector" | "runId">,
    change: Partial<Pick<Run, "state" | "tally" | "fromSource" | "closedAt" | "sealed">> & {
      /** `null`: nothing is left to do. */
      readonly chore?: RunChore | null;
    },
  ): Promise<void>;
  /**
   * In order of their ids: daily runs oldest first, then back-fills, then redrives.
   * `state` and `chore` select.
   */
  list(connector: string, options?: { state?: Run["state"]; chore?: RunChore }): AsyncIterable<Run>;
  /** Makes a run anew as custody or its receipts tell of it; one that is there already stays as it is. */
  restore(run: Run): Promise<void>;
  /** Adds items to the run, or changes what it says of them. */
  putItems(runId: string, items: readonly RunItem[]): Promise<void>;
  items(runId: string, options?: { done?: boolean }): AsyncIterable<RunItem>;
  item(runId: string, itemKey: string): Promise<RunItem | undefined>;
}

/** How far a connector has been collected, and who is at it. */
export interface Checkpoint {
  /** The end of the last finished window. */
  readonly until?: Date;
  /** The window begun and not finished: its run, and the page to go on with. */
  readonly unfinished?: {
    readonly window: Window;
    readonly runId: string;
    readonly cursor?: string;
    /** Of the pages that are stored. */
    readonly count?: WindowCount;
  };
  /** Set while the source refuses us (a wrong password): shown in `health`. */
  readonly failure?: { readonly code: string; readonly detail: string; readonly since: Date };
  /** Not to be asked before: the source told us to wait. */
  readonly notBefore?: Date;
  /** When an item was last received; silence is measured from here. */
  readonly lastItemAt?: Date;
  /** Items that the source listed and could not give: asked for again at each tick. A hundred at most. */
  readonly missing?: readonly MissingItem[];
  /** When the connector was first looked after; a source that never gave anything is silent since then. */
  readonly firstSeenAt?: Date;
  /** When a back-fill reached its end. */
  readonly finishedAt?: Date;
}

/** What collecting a window came to. */
export interface WindowCount {
  /** Items that the source listed. */
  readonly fromSource: number;
  /** How many of them were known already. */
  readonly known: number;
  /** Stored in `raw`. */
  readonly bytes: number;
}

/** What an operator asked a connector to collect from before it began, or again. */
export interface Backfill {
  readonly connector: string;
  /** `backfill-20260105T090000000Z-1f3a`. */
  readonly id: string;
  readonly span: Window;
  readonly by: string;
  readonly why: string;
  readonly startedAt: Date;
}

export interface MissingItem {
  readonly item: SourceItem;
  /** The run that counts it, as pending. */
  readonly runId: string;
  readonly detail: string;
  readonly since: Date;
}

/** Leave to collect a connector: one collector at a time. */
export interface CollectLease {
  readonly checkpoint: Checkpoint;
  /** Lengthens the lease when it is due; cheap to call often. Throws when another has it. */
  keep(): Promise<void>;
  /** Writes the checkpoint. Throws when another has the lease. */
  save(checkpoint: Checkpoint): Promise<void>;
  release(): Promise<void>;
}

/** `of` names a back-fill, which has a checkpoint of its own; without it, the daily collection's. */
export interface Checkpoints {
  get(connector: string, of?: string): Promise<Checkpoint | undefined>;
  /** Nothing when another collector holds it. */
  lease(connector: string, of?: string): Promise<CollectLease | undefined>;
  /** Every connector that was ever collected, its file still there or not. */
  connectors(): AsyncIterable<string>;
  /** Notes a back-fill, which the collect timer carries on; one that is there already stays as it is. */
  startBackfill(backfill: Backfill): Promise<void>;
  /** Oldest first, each with how far it is. */
  backfills(connector: string): AsyncIterable<{ backfill: Backfill; checkpoint: Checkpoint }>;
}

/** The end of a connector's chain of custody files, held while a file is added to it. */
export interface ChainLease {
  /** The last file; absent before the first. `lost`: the row is gone, the files may be there. */
  readonly head: SealedFile | undefined | "lost";
  /** The run whose file was begun and, for all that is known, not finished. */
  readonly sealing?: string;
  keep(): Promise<void>;
  /** Notes which run is sealed next: whoever finds the note finishes that one first. */
  begin(runId: string): Promise<void>;
  finish(head: SealedFile): Promise<void>;
  release(): Promise<void>;
}

export interface CustodyChains {
  /** Nothing while another host adds to the chain. */
  lease(connector: string): Promise<ChainLease | undefined>;
}

// ---------------------------------------------------------------- queues

/** Why an entry was set aside. */
export interface PoisonReason {
  readonly code: PoisonCode;
  /** Ids and fixed words. A parser's message quotes what it could not read. */
  readonly detail: string;
  readonly at: Date;
  readonly tries: number;
}

/** What lies in the poison queue where there never was a job. */
export interface ItemPointers {
  readonly connector: string;
  readonly itemKey: string;
  readonly runId: string;
  readonly receipt: string;
}

/** An entry received from a poison queue: hidden for a minute, then there again unless removed. */
export interface PoisonEntry extends EntryPointer {
  readonly queue: "jobs" | "blobs";
  /** The JSON object it holds, however it was encoded. */
  readonly entry?: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Both poison queues: ours, and the one of the host's blob trigger. */
export interface PoisonQueues {
  /** At most 32, those longest there first. */
  receive(queue: PoisonEntry["queue"]): Promise<readonly PoisonEntry[]>;
  /** Makes a received entry visible again, and tells where it lies now; nothing when it is gone. */
  putBack(entry: PoisonEntry): Promise<EntryPointer | undefined>;
  /** Removes an entry; false when its pop receipt is stale, since someone has received it meanwhile. */
  remove(queue: PoisonEntry["queue"], entry: EntryPointer): Promise<boolean>;
  depth(queue: PoisonEntry["queue"]): Promise<number>;
}

/** The queue `import-jobs`, and the poison queue beside it. Poison and deferred entries never expire. */
export interface WorkQueue {
  add(job: ImportJob): Promise<void>;
  /** Puts the job back, out of sight for a while, with one deferral more and the tries begun afresh. */
  defer(job: ImportJob, delayMs: number): Promise<void>;
  /** Sets an entry aside for a person. The ledger knows already. */
  poison(
    entry: ImportJob | ItemPointers | { bare: string },
    reason: PoisonReason,
  ): Promise<EntryPointer>;
  /** How many entries lie there, hidden ones included; never fewer than there are. */
  depth(): Promise<number>;
}

// ---------------------------------------------------------------- configuration, clock, log

/** Connector files and mappings, read from `config`. */
export interface Configuration {
  /** Every connector file; one that is wrong comes as its faults, and stops nobody else. */
  connectors(): Promise<readonly ConnectorFile[]>;
  /** One connector. Throws `DeferredError` when its file is wrong or gone: its items wait. */
  connector(id: string): Promise<Connector>;
  /** The custom mapping in force: the file's, or the last good one while the file cannot be read. */
  mapping(connector: Connector): Promise<CustomMapping | undefined>;
}

/** Re-exported for the adapters, which know the pipeline by its ports only. */
export type { DirectoryAnswer } from "../domain/mapping.ts";

export type ConnectorFile =
  | { readonly id: string; readonly connector: Connector }
  | { readonly id: string; readonly faults: readonly string[] };

/** Static message, bounded fields: ids and codes only. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

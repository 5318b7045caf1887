import { type FilePart, fileParts, isMessagePart } from "./file-parts.ts";
import type { PartHead } from "./head.ts";
import { joinBodies } from "./join-bodies.ts";
import {
  isJournalEnvelope,
  isJournalReport,
  type JournalEnvelope,
  readJournalEnvelope,
} from "./journal.ts";
import { type Leaf, leafOf } from "./leaf.ts";
import { partText } from "./part-text.ts";
import type { Part, PartSink } from "./split.ts";

/** What an email holds, before it is asked what it means. */
export interface EmailParts {
  /** The email's own head: that of the attached email, in a journal report. */
  readonly head: PartHead;
  readonly journal: { readonly report: PartHead; readonly envelope: JournalEnvelope } | undefined;
  readonly text?: string;
  readonly html?: string;
  readonly files: readonly FilePart[];
  /** The message/rfc822 part that was opened: a second reading must open it too. */
  readonly opened: number | undefined;
  readonly notices: readonly string[];
}

export interface PartReader extends PartSink {
  /** To be called once, after the splitter's end. */
  finish(): EmailParts;
}

/** All texts of the body together. More does not go into one request to Graph. */
const BODY_BYTES = 3_000_000;
/** Of a text that is more: so much that it surely fits, however its letters are written in JSON. */
const CUT_BYTES = 1_000_000;
/** The start of an attached email, which holds its subject. */
const PEEK_BYTES = 16_384;

/**
 * Sorts the parts of an email into body and files, as mail clients do.
 *
 * A text/plain or text/html part is body, unless it is an attachment or has a
 * file name; every other part is a file. Where nothing is left to show, the first
 * text among the files is shown too. With `keepsFiles` the files' bytes are kept,
 * else only their names, sizes and hashes.
 */
export function partReader({ keepsFiles }: { keepsFiles: boolean }): PartReader {
  const leaves = new Map<Part, Leaf>();
  let root: Part | undefined;
  let opened: Part | undefined;
  let inner: Part | undefined;
  let envelope: Leaf | undefined;
  let spare: Leaf | undefined;
  let bodyLeft = BODY_BYTES;

  function begin(part: Part): Leaf {
    if (isBody(part)) return leafOf(part, { keeps: keepsFiles, shows: bodyLeft });
    const isSpare = !spare && isShowable(part.head);
    const shows = isSpare ? BODY_BYTES : isMessagePart(part.head) ? PEEK_BYTES : 0;
    const leaf = leafOf(part, { keeps: keepsFiles, shows });
    if (isSpare) spare = leaf;
    return leaf;
  }

  return {
    opens(_head, parent) {
      if (opened || !parent || parent !== root) return false;
      envelope = [...leaves.values()].find((it) => it.part.parent === root && isBody(it.part));
      return isJournalReport(parent.head.headers) || isJournalEnvelope(shownText(envelope).text);
    },
    part(part) {
      if (part.kind === "message") opened ??= part;
      if (part.unopened !== "headers") {
        root ??= part;
        if (opened && part.parent === opened) inner ??= part;
      }
      const before = part.parent && leaves.get(part.parent);
      if (before) {
        // The multipart has a part, so what stands before it is for no one's eyes.
        leaves.delete(before.part);
        bodyLeft += Math.min(before.size, before.shows);
      }
      if (part.kind !== "message") leaves.set(part, begin(part));
    },
    bytes(part, bytes) {
      leaves.get(part)?.push(bytes);
    },
    end(part) {
      const leaf = leaves.get(part);
      leaf?.end();
      if (leaf && isBody(part)) bodyLeft -= Math.min(leaf.size, leaf.shows);
    },
    finish() {
      const head = (inner ?? root)?.head;
      if (!head) throw new Error("The splitter has not ended");
      const read = sorted(
        [...leaves.values()].filter((it) => !opened || it !== envelope),
        spare,
      );
      const report = opened && root?.head;
      return {
        head,
        ...read,
        opened: opened?.index,
        journal: report && { report, envelope: readJournalEnvelope(shownText(envelope).text) },
      };
    },
  };
}

function sorted(leaves: readonly Leaf[], spare: Leaf | undefined) {
  const bodies = leaves.filter((it) => isBody(it.part) && it.size > 0);
  const shown = bodies.map((leaf) => ({ leaf, part: leaf.part, ...shownText(leaf) }));
  if (spare && spare.size > 0 && shown.every((it) => it.text.trim() === "")) {
    shown.push({ leaf: spare, part: spare.part, ...shownText(spare) });
  }
  const cut = shown.filter((it) => it.leaf.size > it.leaf.shows).map((it) => it.part);
  const guessed = shown.filter((it) => it.unknownCharset !== undefined);
  const kept = new Set([...cut, ...guessed.map((it) => it.part)]);
  const files = fileParts(leaves.filter((it) => !isBody(it.part) || kept.has(it.part)));
  return { ...joinBodies(shown), files, notices: noticesOf(files, leaves, cut, guessed) };
}

const UNOPENED = {
  headers: "The email has more headers than can be read: the others are in",
  depth: "The email is nested more deeply than can be read: what lies deeper is in",
  count: "The email has more parts than can be read: the others are in",
};

function noticesOf(
  files: readonly FilePart[],
  leaves: readonly Leaf[],
  cut: readonly Part[],
  guessed: readonly { readonly part: Part; readonly unknownCharset?: string }[],
): string[] {
  // Each of them names a file.
  if (files.length === 0) return [];
  const names = new Map(files.map((it) => [it.part, it.name]));
  const notice = (told: string, parts: readonly Part[]) => {
    const [first, ...others] = parts.map((it) => names.get(it.index));
    const more = others.length > 0 ? ` and ${others.length} more` : "";
    return first === undefined ? [] : [`${told} the attached file ${first}${more}.`];
  };
  const charsets = [...new Set(guessed.map((it) => it.unknownCharset))].slice(0, 10).join(", ");
  const unopened = (why: Part["unopened"]) =>
    leaves.map((it) => it.part).filter((it) => it.unopened === why);
  return [
    ...notice("The text is too long to be shown whole: all of it is in", cut),
    ...notice(
      `The text is in a character set that is not known here (${charsets}), and may be shown wrongly: as it came, it is in`,
      guessed.map((it) => it.part),
    ),
    ...Object.entries(UNOPENED).flatMap(([why, told]) =>
      notice(told, unopened(why as Part["unopened"])),
    ),
  ];
}

function isBody({ head, kind, unopened }: Part): boolean {
  if (unopened) return false;
  // What stands in a multipart without any part: its boundary is wrong, or missing.
  if (kind === "multipart") return true;
  return (
    /^text\/(plain|html)$/.test(head.contentType) &&
    head.disposition !== "attachment" &&
    head.fileName === undefined
  );
}

/** Text that is no attachment, but has a name or is of another sort: shown if nothing else is. */
function isShowable({ contentType, disposition }: PartHead): boolean {
  return (
    /^text\/(?!calendar|directory|vcard|x-vcard|csv|rfc822-headers)/.test(contentType) &&
    disposition !== "attachment"
  );
}

function shownText(leaf: Leaf | undefined) {
  if (!leaf) return { text: "" };
  const isCut = leaf.size > leaf.shows;
  const bytes = leaf.content().subarray(0, isCut ? Math.min(leaf.shows, CUT_BYTES) : leaf.shows);
  return partText(isCut ? wholeLines(bytes) : bytes, leaf.part.head);
}

/** Without the line that was cut, whose last letter may be half of one. */
function wholeLines(bytes: Uint8Array): Uint8Array {
  const end = bytes.lastIndexOf(0x0a);
  // Even, for the character sets in which a letter is two bytes.
  return bytes.subarray(0, end > bytes.length / 2 ? end & ~1 : bytes.length & ~3);
}

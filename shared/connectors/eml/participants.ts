import { addressParser, type Mailbox } from "postal-mime";
import type { Header, Participant } from "../../domain/message.ts";
import { cleanLine } from "../json/clean-text.ts";
import { participantNotices } from "../participant-notices.ts";
import type { JournalEnvelope } from "./journal.ts";
import { valuesOf } from "./named-headers.ts";
import { wholeWords } from "./words.ts";

/** More than any message has; what lies beyond stays in the raw one. */
const MOST = 20_000;
/** Digits with what is written between and around them, `+` or not; never digits of a word, such as a WeChat id. */
const NUMBER = /(?<![\p{L}\p{N}_])\+?\(?\d(?:[\d\s().-]{0,30}\d)?(?![\p{L}\p{N}_])/gu;
const FEWEST_DIGITS = 5;
const MOST_DIGITS = 18;

export interface ReadParticipants {
  /** The sender first, each person once. */
  readonly participants: readonly Participant[];
  readonly notices: readonly string[];
}

/**
 * Everybody whom an email names, and the envelope of its journal report.
 *
 * TeleMessage writes the mobile number into the display name, wherever the
 * customer wants it (`First Last Mobile <email>`, `Mobile <email>`), and the
 * *User's Email address* as the address. The first `From` is the sender; without
 * any it is the `Sender`.
 */
export function readParticipants(
  headers: readonly Header[],
  envelope: JournalEnvelope | undefined,
): ReadParticipants {
  const values = (...names: readonly string[]) => names.flatMap((name) => valuesOf(headers, name));

  const [sender, ...senders] = merged(
    persons([...values("from", "sender"), ...(envelope?.sender ? [envelope.sender] : [])]),
  );
  const recipients = persons([...values("to", "cc", "bcc"), ...(envelope?.recipients ?? [])]);
  const distinct = new Map([...senders, ...recipients].map((it) => [keyOf(it), it]));
  const others = merged([...distinct.values()]);
  const kept = others.slice(0, MOST);
  return {
    participants: [
      ...(sender ? [{ role: "sender" as const, ...sender }] : []),
      ...kept.map((it) => ({ role: "recipient" as const, ...it })),
    ],
    notices: [
      ...participantNotices(recipients),
      ...(others.length > MOST
        ? [`The email names ${others.length} participants: the first ${MOST} are kept.`]
        : []),
    ],
  };
}

type Person = Omit<Participant, "role">;

function persons(values: readonly string[]): Person[] {
  const people = new Map<string, Person>();
  for (const value of values) {
    for (const mailbox of addressParser(wholeWords(withoutGroups(value)), { flatten: true })) {
      for (const each of separated(mailbox as Mailbox)) {
        const person = personOf(each);
        if (person) people.set(keyOf(person), person);
      }
    }
  }
  return [...people.values()];
}

/** A group within a group is read again for each level: thousands of them would take minutes. */
function withoutGroups(value: string): string {
  const groups = value.match(/:/g)?.length ?? 0;
  return groups > MOST_GROUPS ? value.replaceAll(":", " ") : value;
}

const MOST_GROUPS = 200;

/** Behind a bracket that is never closed stand further addresses. */
function separated({ name, address }: Mailbox): Mailbox[] {
  const addresses = address.match(/[^\s,;<>"]+@[^\s,;<>"@]+/g) ?? [];
  if (addresses.length < 2) return [{ name, address }];
  return addresses.map((it, at) => ({ name: at === 0 ? name : "", address: it }));
}

/** Without those whom another entry names by the same address, and better. */
function merged(people: readonly Person[]): Person[] {
  const known = new Set(people.filter((it) => it.number).map((it) => it.address?.toLowerCase()));
  return people.filter((it) => it.number || !it.address || !known.has(it.address.toLowerCase()));
}

/** An archive may give one address to many numbers: the address alone is not who somebody is. */
function keyOf({ address, number, handle, name }: Person): string {
  const digits = number?.replace(/\D/g, "");
  return JSON.stringify([address?.toLowerCase(), digits, handle, address || digits ? "" : name]);
}

function personOf({ name, address }: Mailbox): Person | undefined {
  const shown = splitNumber(cleanLine(name) ?? "");
  const said = cleanLine(address)?.replace(/^(tel|sms|mailto):/i, "") ?? "";
  const isAddress = ADDRESS.test(said);
  const local = splitNumber(isAddress ? said.slice(0, said.lastIndexOf("@")) : said);

  const number = shown.number ?? (local.rest === "" ? local.number : undefined);
  const instead = isAddress || local.rest === "" ? undefined : said;
  const isHandle =
    !instead && (UNKNOWN.test(shown.rest) || (!isAddress && !number && ID.test(shown.rest)));
  const handle = instead ?? (isHandle ? shown.rest : undefined);
  const person = {
    ...(isAddress && { address: said }),
    ...(number && { number }),
    ...(handle && { handle }),
    ...(!isHandle && shown.rest && { name: shown.rest }),
  };
  return Object.keys(person).length > 0 ? person : undefined;
}

const ADDRESS = /^[^\s@]+@[^\s@]+$/;
const UNKNOWN = /^unknown$/i;
/** A word that stands where a name would, but is none: a WeChat id, a short code. */
const ID = /^\S*[\d_@]\S*$/;

/** The text's longest number, of as many digits as a number has, and the text without it. */
function splitNumber(text: string): { number?: string; rest: string } {
  if (!/\d/.test(text)) return { rest: text };
  let longest = { number: "", index: 0, digits: FEWEST_DIGITS - 1 };
  for (const { 0: number, index } of text.slice(0, 1_000).matchAll(NUMBER)) {
    const digits = number.replace(/\D/g, "").length;
    if (digits > longest.digits && digits <= MOST_DIGITS) longest = { number, index, digits };
  }
  const { number, index } = longest;
  if (number === "") return { rest: text };
  const rest = `${text.slice(0, index)} ${text.slice(index + number.length)}`;
  return { number, rest: cleanLine(rest.replace(EDGES, "")) ?? "" };
}

const EDGES = /^[\s,;:|/()<>"'–-]+|(?<![\s,;:|/()<>"'–-])[\s,;:|/()<>"'–-]+$/g;

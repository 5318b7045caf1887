import type { Participant } from "../../domain/message.ts";
import { participantIdentity } from "../participant-identity.ts";
import { participantNotices } from "../participant-notices.ts";
import { cleanLine } from "./clean-text.ts";
import { type Contact, Enrichment, type Fields } from "./schema.ts";

export interface ReadParticipants {
  /** The sender first, each person once in a role. */
  readonly participants: readonly Participant[];
  /** Whose archive it is, the registered user, as the source names him. */
  readonly owner?: string;
  readonly notices: readonly string[];
  /** Some entries are no participants in any form we know. */
  readonly hasUnreadable: boolean;
}

/**
 * Everybody who took part.
 *
 * Whoever the archive belongs to took part, named or not: as the sender of an
 * outgoing message whose `from` is missing, else as a recipient. A `type` is
 * never looked at, since its values are nowhere written down.
 */
export function readParticipants(fields: Fields): ReadParticipants {
  const enrichments = readEnrichments(fields);
  const person = (contact: Contact | null | undefined) => identified(contact, enrichments);

  const owner = person(fields.owner) ?? person(fields.msisdn);
  const named = person(fields.sender) ?? person(fields.from);
  const sender = named ?? (isOutgoing(fields.direction) ? owner : undefined);
  const listed = [...(fields.recipients ?? []), ...(fields.to ?? [])];
  const recipients = listed.flatMap((it) => separated(it).map(person));
  const called = fields.callInfo?.recipientNum;
  if (recipients.length === 0 && called) recipients.push(person({ value: called }));

  const others = new Map<string, Identified>();
  for (const recipient of recipients) {
    if (recipient && !others.has(recipient.key)) others.set(recipient.key, recipient);
  }
  if (owner && owner.key !== sender?.key && !others.has(owner.key)) others.set(owner.key, owner);

  return {
    participants: [
      ...(sender ? [{ ...sender.person, role: "sender" as const }] : []),
      ...[...others.values()].map((it) => ({ ...it.person, role: "recipient" as const })),
    ],
    ...(owner && { owner: owner.key }),
    notices: participantNotices(recipients.map((it) => it?.person)),
    hasUnreadable: [...listed, ...(fields.toEnriched ?? []), ...enrichmentEntries(fields)].includes(
      undefined,
    ),
  };
}

export function isOutgoing(direction: string | null | undefined): boolean {
  return /^out/i.test(direction ?? "");
}

interface Identified {
  /** The same for the same person, however the number is written. */
  readonly key: string;
  readonly person: Omit<Participant, "role">;
}
type Enrichments = ReadonlyMap<string, Contact>;

/** The names and addresses beside the participants, by whom they belong to. */
function readEnrichments(fields: Fields): Enrichments {
  const enrichments = new Map<string, Contact>();
  const contacts = [
    fields.fromEnriched,
    ...(fields.toEnriched ?? []),
    ...enrichmentEntries(fields),
  ];
  for (const contact of contacts) {
    const value = cleanLine(contact?.value);
    if (!contact || value === undefined) continue;
    const key = keyOf(value);
    enrichments.set(key, merged(enrichments.get(key), contact));
  }
  return enrichments;
}

/** The gateway's form is an object whose keys are JSON texts: `{"value":"15550100","type":"…"}`. */
function enrichmentEntries({ participantEnrichments }: Fields): readonly (Contact | undefined)[] {
  if (Array.isArray(participantEnrichments)) return participantEnrichments;
  return Object.entries(participantEnrichments ?? {}).map(([key, value]) => {
    const names = Enrichment.safeParse(value ?? {});
    return names.success ? { ...names.data, value: valueOfKey(key) } : undefined;
  });
}

/** What either says; where both do, the second. */
function merged(first: Contact | null | undefined, second: Contact | undefined): Contact {
  const said = Object.entries(second ?? {}).filter(([, value]) => value !== null && value !== "");
  return { ...first, ...Object.fromEntries(said) };
}

function valueOfKey(key: string): string {
  try {
    const { value } = JSON.parse(key) ?? {};
    return typeof value === "string" || typeof value === "number" ? String(value) : key;
  } catch {
    return key;
  }
}

/** A device joins several numbers with `;` in one entry. */
function separated(contact: Contact | undefined): (Contact | undefined)[] {
  const values = contact?.value?.includes(";") ? contact.value.split(";") : undefined;
  return values ? values.map((value) => ({ ...contact, value })) : [contact];
}

function identified(
  contact: Contact | null | undefined,
  enrichments: Enrichments,
): Identified | undefined {
  const value = cleanLine(contact?.value);
  const all = merged(contact, value === undefined ? undefined : enrichments.get(keyOf(value)));
  const names = typeof all.fullName === "object" ? all.fullName : { name: all.fullName };
  const name = nameOf(all) ?? nameOf(names ?? {});
  const email = [all.email, all.emailAddress].map(cleanLine).find((it) => it && isAddress(it));

  const person = {
    ...(value && classified(value)),
    ...(email && { address: email }),
    ...(name && name !== value && { name }),
  };
  const key = participantIdentity(person) ?? value ?? name;
  return key === undefined ? undefined : { key, person };
}

/** Digits are a number, `x@y` is an address, anything else is what the network calls the person. */
function classified(value: string): Omit<Participant, "role"> {
  if (isNumber(value)) return { number: value };
  return isAddress(value) ? { address: value } : { handle: value };
}

function nameOf(names: Omit<Contact, "value" | "fullName">): string | undefined {
  const parts = [names.firstName, names.lastName].map(cleanLine).filter(Boolean);
  return cleanLine(parts.length > 0 ? parts.join(" ") : names.name);
}

const isNumber = (value: string) => /^\+?[\d\s().-]+$/.test(value) && /\d/.test(value);
const isAddress = (value: string) => /^[^\s@<>]+@[^\s@<>]+$/.test(value);

function keyOf(value: string): string {
  return participantIdentity(classified(value)) ?? value;
}

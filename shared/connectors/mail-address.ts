import { sha256 } from "../domain/item-key.ts";
import type { EmailAddress } from "../domain/mail-item.ts";
import type { Participant } from "../domain/message.ts";
import { oneLine } from "./one-line.ts";

const LONGEST = 254;
const LABEL_LENGTH = 250;
const ADDRESS =
  /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i;

/**
 * Whether Exchange takes the text as an SMTP address.
 *
 * Stricter than RFC 5321: quoted local parts, address literals and non-ASCII
 * are refused, since one recipient that Graph will not take fails the create of
 * the whole item.
 */
export function isWellFormedAddress(text: string): boolean {
  return text.length <= LONGEST && text.indexOf("@") <= 64 && ADDRESS.test(text);
}

/** The addresses we make up end so: RFC 2606 keeps `.invalid` from ever being anyone's. */
export function isPseudoAddress(address: string): boolean {
  return /\.invalid$/i.test(address);
}

/** A participant in words, as a mail client shows it: `Ann Example 15550100`. */
export function participantLabel({ name, number, handle, address }: Participant): string {
  const words = [name, number, handle].filter((it): it is string => Boolean(it));
  const label = oneLine(words.length > 0 ? words.join(" ") : (address ?? ""));
  return label || "(no name)";
}

/**
 * A participant as sender or recipient of an email.
 *
 * Whoever has no well-formed address gets one that can belong to no one, made
 * from the number or the handle (`15550100@wechat.invalid`), always the same for
 * the same person. What the source said stays in the name.
 *
 * @param network the connector's name: `WeChat`
 */
export function emailAddress(participant: Participant, network: string): EmailAddress {
  const { address } = participant;
  const label = participantLabel(participant);
  if (address !== undefined && isWellFormedAddress(address)) {
    return label === address ? { address } : { name: shortened(label), address };
  }
  const name =
    address === undefined || label === address ? label : `${label} (${oneLine(address)})`;
  return { name: shortened(name), address: `${localPart(participant)}@${slug(network)}.invalid` };
}

function localPart({ number, handle, name, address }: Participant): string {
  const digits = number?.replace(/\D/g, "").slice(0, 40);
  if (digits) return digits;
  const word = handle ?? address ?? name ?? "unknown";
  const plain = slug(word);
  // Two handles that differ in letters we cannot write must not become one person.
  return plain === word.toLowerCase() ? plain : `${plain}-${sha256(word).slice(0, 8)}`;
}

/** Lower-case ASCII letters, digits and single hyphens: `Enterprise Number` → `enterprise-number`. */
function slug(text: string): string {
  const words = text
    .slice(0, 200)
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return words?.join("-").slice(0, 40).replace(/-$/, "") || "unknown";
}

function shortened(label: string): string {
  return label.length <= LABEL_LENGTH
    ? label
    : `${label.slice(0, LABEL_LENGTH - 1).toWellFormed()}…`;
}

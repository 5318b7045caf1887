import { createHash } from "node:crypto";
import type { Archived } from "../archived.ts";
import type { Person } from "../people.ts";
import { headerText, type Mail, writeMail } from "./mime.ts";

type Header = readonly [name: string, value: string];

/**
 * An archived message as TeleMessage hands it over by mail.
 *
 * The names of the `X-TELEMESSAGE-*` headers are public, with their misspelling;
 * the values of `-MessageType`, `-ArchiveSource` and `-Status` are not, and made up.
 */
export function telemessageMail(
  archived: Archived,
  {
    extraHeaders = [],
    encodedText,
  }: {
    extraHeaders?: readonly Header[];
    encodedText?: Mail["encodedText"];
  } = {},
): Buffer {
  const { id, at, network, from, to, owner, subject, text, group, files } = archived;
  const hash = createHash("sha256").update(`${network}\n${id}`).digest("hex");
  const mobile = (person: Person) => address(person, network, archived.displayFormat);
  const headers: Header[] = [
    ["Return-Path", "<archiver@telemessage.example>"],
    ["From", mobile(from)],
    ["To", to.map(mobile).join(",\r\n ")],
    ["Subject", headerText(subject)],
    ["Date", at.toUTCString().replace("GMT", "+0000")],
    ["Message-ID", `<${hash.slice(0, 24)}@telemessage.example>`],
    ["X-TELEMESSAGE-ArchiveMessageID", headerText(id)],
    ["X-TELEMESSAGE-ArchiveInitiator", owner.mobile],
    ["X-TELEMESSAGE-ArchiveSource", "Mobile"],
    ["X-TELEMESSAGE-MessageType", archived.messageType],
    ["X-TELEMESSAGE-Network", network],
    ["X-TELEMESSAGE-Status", archived.status],
    ["X-TELEMESSAGE-SID", hash.slice(24, 40)],
    ...groupHeaders(group),
    ["X-TELEMESSAGE-OriginalMesageIntegrity", createHash("sha256").update(text).digest("base64")],
    ...extraHeaders,
  ];
  const mail = { headers, text, files, ...(encodedText ? { encodedText } : {}) };
  return writeMail(mail, `----=_Part_${hash.slice(40, 56)}`);
}

function groupHeaders(group: Archived["group"]): Header[] {
  if (!group) return [];
  return [
    ["X-TELEMESSAGE-GroupID", group.id],
    ["X-TELEMESSAGE-GROUP_NAME", headerText(group.name)],
  ];
}

/** Whoever has no address gets one that no directory knows. */
function address(person: Person, network: string, format: Archived["displayFormat"]): string {
  const { first, last, mobile, email } = person;
  const name = format === "name" ? `${first} ${last} ${mobile}` : mobile;
  return `${headerText(name)} <${email ?? `${mobile}@${network.toLowerCase()}.example`}>`;
}

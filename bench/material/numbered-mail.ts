const USER = "user00000000";
const ITEM = "item00000000";

const TEMPLATE = Buffer.from(
  [
    `From: Ann Example 15550101 <${USER}@contoso.com>`,
    "To: Client Example 8613800000091 <client@fabrikam.example>",
    `Subject: Message ${ITEM}`,
    "Date: Mon, 05 Jan 2026 04:00:00 +0000",
    `X-TELEMESSAGE-ArchiveMessageID: ${ITEM}`,
    "X-TELEMESSAGE-Network: WeChat",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=UTF-8",
    "",
    "The figures are in. Shall we meet at nine, in the usual place?",
    "",
  ].join("\r\n"),
);
const USER_AT = TEMPLATE.indexOf(USER) + 4;
const ITEM_AT = [TEMPLATE.indexOf(ITEM) + 4, TEMPLATE.lastIndexOf(ITEM) + 4];

/** A short email of one of our users, made in a moment: millions of them are needed. */
export function numberedMail(item: number, user: number): Buffer {
  const mail = Buffer.from(TEMPLATE);
  mail.write(digits(user), USER_AT, "latin1");
  for (const at of ITEM_AT) mail.write(digits(item), at, "latin1");
  return mail;
}

function digits(n: number): string {
  return String(n).padStart(8, "0");
}

const HEAD =
  "From: ann@contoso.com\r\nTo: bob@contoso.com\r\nDate: Thu, 19 Nov 2026 09:00:00 +0000\r\n";
const MIXED = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
const HTML = "Content-Type: text/html\r\n\r\n";

const bytes = (text: string) => Buffer.from(HEAD + text, "latin1");
const list = (n: number, entry: (at: number) => string, separator: string) =>
  Array.from({ length: n }, (_, at) => entry(at)).join(separator);

/** Emails whose bytes grow with n: each in a way that a careless reader answers with n² steps. */
export const growingEmails: Readonly<Record<string, (n: number) => Uint8Array>> = {
  headers: (n) => bytes(`${"X-A: b\r\n".repeat(n * 100)}\r\nx`),
  folds: (n) => bytes(`X-A: b\r\n${" c\r\n".repeat(n * 100)}\r\nx`),
  "lines that are no headers": (n) => bytes("hello\r\nX-A: b\r\n".repeat(n * 100)),
  "lines without a blank one": (n) => bytes("hello\r\n".repeat(n * 300)),
  recipients: (n) =>
    bytes(
      `Cc: ${list(n * 20, (at) => `P ${15_550_000 + at} <p${at}@contoso.com>`, ",\r\n ")}\r\n\r\nx`,
    ),
  "commas and quotes": (n) => bytes(`Cc: ${',;<("'.repeat(n * 50)}\r\n\r\nx`),
  "groups in groups": (n) => bytes(`Cc: ${"a:".repeat(n * 50)}\r\n\r\nx`),
  "brackets never closed": (n) => bytes(`Cc: ${"<a@".repeat(n * 50)}\r\n\r\nx`),
  "blanks in an address": (n) => bytes(`Cc: a${" ".repeat(n * 200)}@\r\n\r\nx`),
  "digits in a name": (n) => bytes(`Cc: ${"1 - ".repeat(n * 200)}\r\n\r\nx`),
  "encoded words": (n) => bytes(`Subject: ${"=?utf-8?Q?a?= ".repeat(n * 100)}\r\n\r\nx`),
  "encoded words never closed": (n) => bytes(`Subject: ${"=?utf-8?Q?a".repeat(n * 300)}\r\n\r\nx`),
  "comments never closed": (n) =>
    bytes(`Content-Type: text/plain; ${"(".repeat(n * 300)}\r\n\r\nx`),
  "parameters in pieces": (n) =>
    bytes(`Content-Type: text/plain; ${list(n * 50, (at) => `a*${at}*=b`, ";")}\r\n\r\nx`),
  parts: (n) =>
    bytes(`${MIXED}${"--b\r\nContent-Type: image/png\r\n\r\nx\r\n".repeat(n * 20)}--b--`),
  "files of one name": (n) =>
    bytes(
      `${MIXED}${"--b\r\nContent-Type: image/png; name=a.png\r\n\r\nx\r\n".repeat(n * 20)}--b--`,
    ),
  "texts to join": (n) => bytes(`${MIXED}${"--b\r\n\r\nx\r\n".repeat(n * 20)}--b--`),
  levels: (n) =>
    bytes(
      `${list(n * 10, (at) => `Content-Type: multipart/mixed; boundary=n${at}\r\n\r\n--n${at}`, "\r\n")}\r\n\r\nx`,
    ),
  "levels of one boundary": (n) => bytes(`${`${MIXED}--b\r\n`.repeat(n * 10)}\r\nx`),
  "lines of hyphens": (n) => bytes(`${MIXED}--b\r\n\r\n${"--\r\n".repeat(n * 500)}--b--`),
  "lines like boundaries": (n) => bytes(`${MIXED}--b\r\n\r\n${"--bb\r\n".repeat(n * 300)}--b--`),
  "carriage returns": (n) => bytes(`\r\n${"\r".repeat(n * 3_000)}`),
  "soft line breaks": (n) =>
    bytes(`Content-Transfer-Encoding: quoted-printable\r\n\r\n${"=41=\r\n".repeat(n * 300)}`),
  "equals signs": (n) =>
    bytes(`Content-Transfer-Encoding: quoted-printable\r\n\r\n${"=".repeat(n * 7_000)}`),
  "blanks at a line's end": (n) =>
    bytes(`Content-Transfer-Encoding: quoted-printable\r\n\r\n${" ".repeat(n * 7_000)}`),
  "paddings of base64": (n) =>
    bytes(`Content-Transfer-Encoding: base64\r\n\r\n${"YQ==".repeat(n * 500)}`),
  "lines of uuencode": (n) =>
    bytes(
      `Content-Type: image/png\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n${"#86)C\r\n".repeat(n * 100)}`,
    ),
  "flowed lines": (n) =>
    bytes(`Content-Type: text/plain; format=flowed\r\n\r\n${"a \r\n".repeat(n * 300)}`),
  "letters in utf-7": (n) =>
    bytes(`Content-Type: text/plain; charset=utf-7\r\n\r\n${"+AMA-".repeat(n * 300)}`),
  "HTML elements": (n) => bytes(HTML + "<p style='color:red'>a</p>".repeat(n * 20)),
  "HTML never closed": (n) => bytes(HTML + "<div>".repeat(n * 50)),
  "HTML brackets": (n) => bytes(HTML + "<".repeat(n * 300)),
  "HTML comments never closed": (n) => bytes(HTML + "<!--".repeat(n * 300)),
  "HTML styles": (n) => bytes(`${HTML}<p style='${"a:(;".repeat(n * 200)}'>`),
  "HTML pictures": (n) => bytes(HTML + "<img src=cid:a>".repeat(n * 30)),
  "HTML beside text": (n) =>
    bytes(`${MIXED}--b\r\n\r\nx\r\n--b\r\n${HTML}${"<br".repeat(n * 300)}\r\n--b--`),
  "recipients of a journal report": (n) =>
    bytes(
      `${MIXED}--b\r\n\r\nSender: a@b\r\nMessage-ID: x\r\n${"To: a@b, , , \r\n".repeat(n * 50)}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ny\r\n--b--`,
    ),
};

const ODDITIES = [
  "\0",
  "\r",
  "\n",
  "\r\n\r\n",
  "\t",
  " ",
  "--",
  "--b",
  "--b--",
  "--b \t",
  "\uFEFF",
  "\u2028",
  "\xFF\xFE",
  "=",
  "=\r\n",
  "==",
  "=00",
  "Content-Type: multipart/mixed",
  "Content-Type: multipart/alternative; boundary=b",
  'Content-Type: multipart/mixed; boundary=""',
  "Content-Type: message/rfc822",
  "Content-Type: text/html; charset=utf-16",
  "Content-Type: text/plain; charset=utf-7; format=flowed",
  "Content-Type: ;;;=;",
  "Content-Type: text/plain; charset*0*=utf-8''%FF; charset*1=x",
  "Content-Disposition: attachment; filename*=''%",
  "Content-Disposition: attachment; filename*0*=x'y'%E4%BD; filename*1*=%A0",
  "Content-Transfer-Encoding: base64",
  "Content-Transfer-Encoding: quoted-printable",
  "Content-Transfer-Encoding: x-uuencode",
  "Content-ID: <>",
  "Content-ID: <map@contoso.com>",
  "X-MS-Journal-Report:",
  "X-Archive-Kind: edit",
  "X-Archive-Original-Id: %",
  "X-TELEMESSAGE-ArchiveMessageID: EDIT-",
  "From: ",
  'From: <<<>>>,;:"',
  "To: a:b:c:;;,@",
  "Date: 99 Xxx 99999 99:99:99 +9999",
  "Subject: =?x?B?////?= =?utf-8?Q?=",
  "<script>",
  "<img src=cid:map@contoso.com>",
  "<!--",
  "<div ",
  "]]>",
  "begin 644 x",
  "Sender: a@b\r\nMessage-ID: x\r\nTo: c@d",
  "\u{1F35C}",
  "\uD83C",
];

/** The email, changed in one to eight places: a line, a stretch of bytes, a half of another email. */
export function mutated(email: Uint8Array, other: Uint8Array, random: () => number): Uint8Array {
  let bytes: Buffer = Buffer.from(email);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let left = 1 + below(8); left > 0; left -= 1) bytes = change(bytes, other, below);
  return bytes;
}

function change(bytes: Buffer, other: Uint8Array, below: (limit: number) => number): Buffer {
  const at = below(bytes.length + 1);
  const until = Math.min(bytes.length, at + below(below(2) ? 8 : 400));
  const oddity = Buffer.from(ODDITIES[below(ODDITIES.length)] ?? "");
  const [lineStart, lineEnd] = lineAround(bytes, at);
  const line = bytes.subarray(lineStart, lineEnd);
  const put = (from: number, to: number, ...pieces: readonly Uint8Array[]) =>
    Buffer.concat([bytes.subarray(0, from), ...pieces, bytes.subarray(to)]);
  switch (below(11)) {
    case 0:
      return put(at, until);
    case 1:
      return put(at, at, oddity);
    case 2:
      return put(at, until, oddity);
    case 3:
      return put(lineStart, lineEnd);
    case 4:
      return put(lineEnd, lineEnd, line);
    case 5:
      return put(lineStart, lineStart, oddity, Buffer.from("\r\n"));
    case 6: {
      const [start, end] = lineAround(bytes, below(bytes.length + 1));
      return put(lineStart, lineEnd, bytes.subarray(start, end));
    }
    case 7:
      return put(at, Math.min(bytes.length, at + 1), Buffer.from([below(256)]));
    case 8:
      return put(at, at, ...Array.from({ length: below(30) }, () => bytes.subarray(at, until)));
    case 9:
      return Buffer.concat([bytes.subarray(0, at), other.subarray(below(other.length + 1))]);
    default:
      return Buffer.from(bytes.subarray(0, at));
  }
}

function lineAround(bytes: Buffer, at: number): [number, number] {
  const start = at === 0 ? 0 : bytes.lastIndexOf(0x0a, at - 1) + 1;
  const end = bytes.indexOf(0x0a, at);
  return [start, end < 0 ? bytes.length : end + 1];
}

/** The pieces of an email of about that many bytes, made as they are read. */
export type LargeEmail = (bytes: number) => AsyncGenerator<Uint8Array>;

const HEAD = [
  "From: Ann Example 15550100 <ann@contoso.com>",
  "To: 15550123 <bob@contoso.com>",
  "Date: Thu, 19 Nov 2026 09:00:00 +0000",
  "Subject: Film",
].join("\r\n");

async function* filled(head: string, piece: string, tail: string, bytes: number) {
  yield Buffer.from(`${HEAD}\r\n${head}`);
  const block = Buffer.from(piece.repeat(Math.ceil(60_000 / piece.length)));
  for (let left = bytes; left > 0; left -= block.length) yield block;
  yield Buffer.from(tail);
}

const film = "Content-Type: video/mp4; name=film.mp4\r\nContent-Transfer-Encoding:";

/** What large emails are made of, by senders and by those who mean ill. */
export const largeEmails: Readonly<Record<string, LargeEmail>> = {
  "a film in base64": (bytes) =>
    filled(`${film} base64\r\n\r\n`, `${"QUJD".repeat(19)}\r\n`, "", bytes),
  "a film in base64 on one line": (bytes) => filled(`${film} base64\r\n\r\n`, "QUJD", "", bytes),
  "a film in quoted-printable": (bytes) =>
    filled(`${film} quoted-printable\r\n\r\n`, "=00=FF=\r\n", "", bytes),
  "a film in quoted-printable on one line": (bytes) =>
    filled(`${film} quoted-printable\r\n\r\n`, "=3D=", "", bytes),
  "a film within a multipart": (bytes) =>
    filled(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee\r\n--b\r\n${film} binary\r\n\r\n`,
      "-\n--x\r\n--",
      "\r\n--b--",
      bytes,
    ),
  "nothing but text": (bytes) => filled("\r\n", "to be continued\r\n", "", bytes),
  "nothing but HTML": (bytes) =>
    filled("Content-Type: text/html\r\n\r\n", "<p>to be continued", "", bytes),
  "nothing but headers": (bytes) => filled("", "X-Again: and again\r\n", "\r\nSee", bytes),
  "nothing but one header": (bytes) => filled("X-Long: ", "and again ", "\r\n\r\nSee", bytes),
  "nothing but small parts": (bytes) =>
    filled(
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n",
      "--b\r\nContent-Type: image/png\r\n\r\nx\r\n",
      "--b--",
      bytes,
    ),
  "nothing but levels": (bytes) =>
    filled("", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", "\r\nSee", bytes),
  "a multipart without parts": (bytes) =>
    filled("Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--c\r\n", "", bytes),
};

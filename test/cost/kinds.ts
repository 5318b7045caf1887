import { randomBytes } from "node:crypto";

/** An item as the stand-in gateway is given it. */
export interface Made {
  readonly mediaType: "message/rfc822" | "application/json";
  readonly bytes: Buffer;
}

/** The kinds of items that a bill is made of, each with as many participants of ours as its name says. */
export const kinds: Readonly<Record<string, (id: string) => Made>> = {
  "email, one mailbox": (id) => email(id, ["ann"]),
  "email, three mailboxes": (id) => email(id, ["ann", "bob", "carol"]),
  "JSON, one mailbox": (id) => json(id),
  "large email (5 MB), one mailbox": (id) => email(id, ["ann"], 5 * 1_048_576),
  unmapped: (id) => email(id, []),
};

const STRANGER = "client@fabrikam.example";

function email(id: string, ours: readonly string[], fileBytes = 0): Made {
  const [from = STRANGER, ...to] = [...ours.map((name) => `${name}@contoso.com`), STRANGER];
  const head = [
    `From: <${from}>`,
    `To: ${(to.length > 0 ? to : ["broker@fabrikam.example"]).map((it) => `<${it}>`).join(", ")}`,
    "Subject: WeChat message",
    "Date: Mon, 05 Jan 2026 08:00:00 +0000",
    `X-TELEMESSAGE-ArchiveMessageID: ${id}`,
    "MIME-Version: 1.0",
  ];
  const text = ["Content-Type: text/plain; charset=utf-8", "", `Hello ${id}`];
  const lines = fileBytes === 0 ? [...head, ...text] : [...head, ...withFile(text, fileBytes)];
  return { mediaType: "message/rfc822", bytes: Buffer.from(lines.join("\r\n")) };
}

function withFile(text: readonly string[], bytes: number): string[] {
  const base64 = randomBytes(bytes).toString("base64").replace(/.{76}/g, "$&\r\n");
  return [
    'Content-Type: multipart/mixed; boundary="x"',
    "",
    ...["--x", ...text],
    ...["--x", "Content-Type: application/octet-stream", "Content-Transfer-Encoding: base64"],
    'Content-Disposition: attachment; filename="file.bin"',
    ...["", base64, "--x--", ""],
  ];
}

function json(id: string): Made {
  const message = {
    messageContext: "app-message",
    messageId: id,
    messageTime: "2026-01-05T08:00:00Z",
    // Its number stands in the custom mapping.
    from: "15550101",
    to: ["15550190"],
    direction: "Out",
    textContent: `Hello ${id}`,
  };
  return { mediaType: "application/json", bytes: Buffer.from(JSON.stringify(message)) };
}

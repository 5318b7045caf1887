import { crc32, deflateSync } from "node:zlib";
import type { MadeFile } from "./item.ts";
import { madeUpBytes } from "./random.ts";

/** A real PNG, 96 × 64: a colour that runs into another. */
export function picture(name: string): MadeFile {
  const [width, height] = [96, 64];
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rows.set([x * 2, y * 3, 160], y * (1 + width * 3) + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a channel, red, green and blue.
  header.set([8, 2], 8);
  const bytes = Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    pngChunk("IHDR", header),
    pngChunk("IDAT", deflateSync(rows)),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
  return { name, contentType: "image/png", bytes };
}

function pngChunk(kind: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.byteLength, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A PDF of one page with one line of Latin text. */
export function pdf(name: string, line: string): MadeFile {
  const page = `BT /F1 18 Tf 40 90 Td (${line}) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 180] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${page.length} >>\nstream\n${page}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let text = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const start = text.length;
  text += `xref\n0 6\n0000000000 65535 f \n${offsets.join("")}`;
  text += `trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return { name, contentType: "application/pdf", bytes: Buffer.from(text, "latin1") };
}

/** Bytes with the first bytes of their format: good to store and compare, not to play. */
export function recording(name: string, contentType: string, size: number): MadeFile {
  const magic = contentType === "audio/ogg" ? "OggS" : "ID3\x03";
  const noise = madeUpBytes(size - magic.length, name, size);
  return { name, contentType, bytes: Buffer.concat([Buffer.from(magic, "latin1"), noise]) };
}

export function video(name: string, size: number): MadeFile {
  const start = Buffer.from("\x00\x00\x00\x18ftypmp42", "latin1");
  const noise = madeUpBytes(size - start.byteLength, name, size);
  return { name, contentType: "video/mp4", bytes: Buffer.concat([start, noise]) };
}

export function contactCard(name: string, fullName: string, mobile: string): MadeFile {
  const lines = ["BEGIN:VCARD", "VERSION:3.0", `FN:${fullName}`, `TEL;TYPE=CELL:+${mobile}`];
  const text = [...lines, "END:VCARD", ""].join("\r\n");
  return { name, contentType: "text/vcard", bytes: Buffer.from(text) };
}

import { crc32, deflateRawSync } from "node:zlib";

/** A file of a ZIP that is made by hand, so that it can be wrong. */
export interface FileInZip {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  readonly method?: number;
  readonly flags?: number;
  /** What the directory claims instead of the truth. */
  readonly claims?: { readonly size?: number; readonly crc32?: number; readonly offset?: number };
}

const STORED = 0;
const DEFLATED = 8;
const UTF8 = 0x800;

/** A plain ZIP of the files; every claim is written as it is given. */
export function zipBytes(files: readonly FileInZip[], options: { count?: number } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content = "", method = DEFLATED, flags = UTF8, claims = {} } of files) {
    const nameBytes = Buffer.from(name);
    const bytes = Buffer.from(content);
    const packed = method === STORED ? bytes : deflateRawSync(bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(claims.crc32 ?? crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(claims.size ?? bytes.length, 18);
    fields.writeUInt16LE(nameBytes.length, 22);

    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(20, 4);
    fields.copy(central, 6);
    central.writeUInt32LE(claims.offset ?? offset, 42);
    directory.push(central, nameBytes);

    const local = [signature(0x04034b50), fields, nameBytes, packed];
    parts.push(...local);
    offset += local.reduce((sum, part) => sum + part.length, 0);
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(options.count ?? files.length, 8);
  end.writeUInt16LE(options.count ?? files.length, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directoryBytes, end]);
}

/** An email as TeleMessage names it. */
export function eml(id: string, text = "See you at nine."): string {
  return [
    "From: Ann Example 15550100 <ann@contoso.com>",
    "To: Bob Example 15550101 <bob@contoso.com>",
    `X-TELEMESSAGE-ArchiveMessageID: ${id}`,
    "",
    text,
  ].join("\r\n");
}

/** The files and their manifest, as TeleMessage delivers them. */
export function deliveryZip(files: readonly FileInZip[]): Buffer {
  const manifest = [`Count: ${files.length}`, ...files.map(({ name }) => String(name)), ""];
  return zipBytes([...files, { name: "delivery.mf", content: manifest.join("\r\n") }]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

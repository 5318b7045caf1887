/** The same memory as a `Buffer`, which searches and decodes natively. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** One character a byte: what header names, boundaries and base64 are made of. */
export function latin1(bytes: Uint8Array): string {
  return asBuffer(bytes).toString("latin1");
}

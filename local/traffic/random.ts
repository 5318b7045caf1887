import { createCipheriv, createHash } from "node:crypto";

/**
 * A number from 0 up to 1 that depends on the labels alone.
 *
 * Each thing names what it needs, so that adding one item to the day changes no
 * other item.
 */
export function fraction(...labels: readonly (string | number)[]): number {
  return digest(labels).readUInt32BE() / 2 ** 32;
}

/** Bytes that do not compress, always the same for the same labels. */
export function madeUpBytes(size: number, ...labels: readonly (string | number)[]): Buffer {
  const cipher = createCipheriv("aes-256-ctr", digest(labels), Buffer.alloc(16));
  return cipher.update(Buffer.alloc(size));
}

/** A GUID that depends on the labels alone (RFC 9562, version 8: our own making). */
export function madeUpGuid(...labels: readonly (string | number)[]): string {
  const hex = digest(labels).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function digest(labels: readonly (string | number)[]): Buffer {
  return createHash("sha256").update(JSON.stringify(labels)).digest();
}

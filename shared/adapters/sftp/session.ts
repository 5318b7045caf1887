import { createHash } from "node:crypto";
import { connect } from "node:net";
import SftpClient from "ssh2-sftp-client";
import { SourceError } from "../../domain/errors.ts";
import type { SftpSource } from "../../pipeline/connector.ts";
import type { Outbound } from "../outbound.ts";

/** A file on the server, as its folder lists it. */
export interface RemoteFile {
  readonly name: string;
  readonly size: number;
  /** In whole seconds: SFTP knows no finer ones. */
  readonly modifiedAt: Date;
}

export type SftpCredentials = { readonly password: string } | { readonly privateKey: string };

export interface SftpTimeouts {
  /** For the connection to stand and the account to be signed in. */
  readonly readyMs: number;
  /** For one listing, or one piece of a file. */
  readonly answerMs: number;
}
const sftpTimeouts: SftpTimeouts = { readyMs: 20_000, answerMs: 30_000 };

/** A signed-in connection. Every failure is a `SourceError`. */
export interface SftpSession {
  /** The folder's files, and the files that links in it point to. */
  list(folder: string): Promise<RemoteFile[]>;
  /** The file as it is now; nothing when it is gone. */
  find(path: string): Promise<Pick<RemoteFile, "size" | "modifiedAt"> | undefined>;
  /** Exactly these bytes; nothing when the file has fewer, or is gone. */
  read(path: string, start: number, length: number): Promise<Buffer | undefined>;
}

/** Pieces that are asked for at once: one after the other, each would wait for its own round trip. */
const PIECES_AT_ONCE = 4;
const KEEP_ALIVE_MS = 10_000;
const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;

/**
 * Connects, signs in, works, and hangs up.
 *
 * The server must show the pinned host key before anything of ours is sent.
 */
export async function withSession<T>(
  config: SftpSource,
  deps: { credentials: SftpCredentials; outbound: Outbound; timeouts?: SftpTimeouts },
  work: (session: SftpSession) => Promise<T>,
): Promise<T> {
  const { outbound, timeouts = sftpTimeouts } = deps;
  const { host, port } = config;
  outbound.check(host, port);
  // Without listeners of ours the library writes to the console.
  const client = new SftpClient("archiver", { error() {}, end() {}, close() {} });
  let refusal: SourceError | undefined;
  // Without `noDelay` each small request waits for the answer to the one before: 12 times slower.
  const sock = connect({ host, port, lookup: outbound.lookup(host, port), noDelay: true });
  sock.on("error", (error) => {
    if (error instanceof SourceError) refusal = error;
  });

  try {
    if ("password" in deps.credentials) answerPrompts(client, deps.credentials.password);
    await client
      .connect({
        sock,
        username: config.username,
        ...deps.credentials,
        tryKeyboard: true,
        readyTimeout: timeouts.readyMs,
        keepaliveInterval: KEEP_ALIVE_MS,
        hostVerifier: (key: Buffer) => {
          if (fingerprint(key) === unpadded(config.hostKey)) return true;
          refusal = new SourceError("stopped", "host-key-differs");
          return false;
        },
      })
      .catch((error: unknown) => {
        throw refusal ?? signInFailure(error);
      });
    return await work(sessionOver(client, timeouts));
  } finally {
    // The work is done, or its failure known; how the farewell goes changes neither.
    await within(timeouts.answerMs, client.end()).catch(() => {});
    // The library leaves a connection open on which nobody signed in.
    sock.destroy();
  }
}

function sessionOver(client: SftpClient, { answerMs }: SftpTimeouts): SftpSession {
  const ask = <T>(answer: Promise<T>): Promise<T> =>
    within(answerMs, answer).catch((error: unknown) => {
      throw error instanceof SourceError ? error : answerFailure(error);
    });

  async function find(path: string) {
    try {
      const { isDirectory, size, modifyTime } = await ask(client.stat(path));
      return isDirectory ? undefined : { size, modifiedAt: new Date(modifyTime) };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  return {
    async list(folder) {
      const files: RemoteFile[] = [];
      for (const { type, name, size, modifyTime } of await ask(client.list(folder))) {
        if (type === "d") continue;
        const file = { size, modifiedAt: new Date(modifyTime) };
        const found = type === "l" ? await find(pathIn(folder, name)) : file;
        if (found) files.push({ name, ...found });
      }
      return files;
    },

    find,

    async read(path, start, length) {
      const pieceBytes = Math.ceil(length / PIECES_AT_ONCE);
      const pieces: Promise<Buffer>[] = [];
      for (let at = start; at < start + length; at += pieceBytes) {
        const end = Math.min(at + pieceBytes, start + length) - 1;
        pieces.push(ask(piece(path, at, end)));
      }
      try {
        const bytes = Buffer.concat(await Promise.all(pieces));
        return bytes.length === length ? bytes : undefined;
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
  };

  async function piece(path: string, start: number, end: number): Promise<Buffer> {
    // The types know neither option, which are the file system's own.
    const readStreamOptions = { start, end } as object;
    const bytes = await client.get(path, undefined, { readStreamOptions });
    // For no bytes at all the library gives an empty list.
    return Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0);
  }
}

export function pathIn(folder: string, name: string): string {
  return `${folder.replace(/\/$/, "")}/${name}`;
}

/** Some servers ask for the password as if a person sat there. */
function answerPrompts(client: SftpClient, password: string): void {
  type Finish = (answers: string[]) => void;
  client.on("keyboard-interactive", (_name, _text, _language, prompts, finish: Finish) => {
    finish((prompts as unknown[]).map(() => password));
  });
}

/** As `ssh-keygen -l` writes it. */
function fingerprint(key: Buffer): string {
  return unpadded(`SHA256:${createHash("sha256").update(key).digest("base64")}`);
}

function unpadded(text: string): string {
  return text.replace(/=+$/, "");
}

function isNotFound(error: unknown): boolean {
  return error instanceof SourceError && error.detail === "path-not-found";
}

function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(reject, ms, new SourceError("unavailable", "answer-timeout"));
  return Promise.race([answer, promise]).finally(() => clearTimeout(timer));
}

function signInFailure(error: unknown): SourceError {
  const { message } = error as Error;
  if (/authentication methods failed/i.test(message)) {
    return new SourceError("stopped", "unauthorized", { cause: error });
  }
  if (/parse privateKey|passphrase/i.test(message)) {
    return new SourceError("stopped", "private-key-unreadable", { cause: error });
  }
  return new SourceError("unavailable", "connection-failed", { cause: error });
}

function answerFailure(error: unknown): SourceError {
  const { code } = error as { code?: unknown };
  if (code === NO_SUCH_FILE || code === "ENOENT") {
    return new SourceError("stopped", "path-not-found", { cause: error });
  }
  if (code === PERMISSION_DENIED) return new SourceError("stopped", "forbidden", { cause: error });
  return new SourceError("unavailable", "connection-lost", { cause: error });
}

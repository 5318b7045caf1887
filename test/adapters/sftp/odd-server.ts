import { generateKeyPairSync } from "node:crypto";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** The part of ssh2 that is used here: the package of the client brings it, without being ours. */
interface Emitter {
  on(event: string, listener: (...args: never[]) => void): this;
}
interface Authentication {
  method: string;
  username: string;
  password: string;
  accept(): void;
  reject(methods?: string[]): void;
  prompt(prompts: { prompt: string; echo: boolean }[], done: (answers: string[]) => void): void;
}
interface Sftp extends Emitter {
  handle(id: number, handle: Buffer): void;
  name(id: number, names: object[]): void;
  attrs(id: number, attrs: object): void;
  data(id: number, data: Buffer): void;
  status(id: number, code: number): void;
}
interface SshServer extends Emitter {
  listen(port: number, host: string, done: () => void): void;
  address(): AddressInfo;
  close(): void;
}
type Connection = Emitter & { end(): void; _sock: { destroy(): void } };
interface Ssh2 {
  Server: new (options: object, listener: (connection: Connection) => void) => SshServer;
  utils: { parseKey(key: string): { getPublicSSH(): Buffer } };
}
const require = createRequire(import.meta.resolve("ssh2-sftp-client"));
const { Server, utils } = require("ssh2") as Ssh2;

const OK = 0;
const END_OF_FILE = 1;
const NO_SUCH_FILE = 2;
const IS_FILE = 0o100644;

export interface OddServer {
  readonly port: number;
  /** The raw public key, of which an operator pins the hash. */
  readonly publicKey: Buffer;
  /** How often somebody began to sign in. */
  readonly signIns: number;
}

/** An SFTP server that does what OpenSSH would not: asks oddly, breaks off, grows its files. */
export async function startOddServer(
  test: TestContext,
  options: {
    password: string;
    /** How it asks for the password. */
    asks: "password" | "keyboard-interactive";
    files: Record<string, { content: Buffer; modifiedAt: Date }>;
    /** Called before each read; `hang-up` breaks the connection, `silence` never answers. */
    onRead?: (read: number) => "hang-up" | "silence" | undefined;
  },
): Promise<OddServer> {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  let reads = 0;
  let signIns = 0;
  const connections = new Set<Connection>();
  const server = new Server({ hostKeys: [privateKey] }, (connection) => {
    connections.add(connection);
    connection.on("error", () => {});
    connection.on("authentication", (it: Authentication) => {
      signIns += 1;
      authenticate(it, options);
    });
    connection.on("session", (accept: () => Emitter) => {
      accept().on("sftp", (open: () => Sftp) => serve(open(), connection));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  test.after(() => {
    for (const connection of connections) connection.end();
    server.close();
  });

  function serve(sftp: Sftp, connection: Connection): void {
    let isListed = false;
    const fileOf = (path: string) => options.files[path.slice(path.lastIndexOf("/") + 1)];
    const attrsOf = ({ content, modifiedAt }: { content: Buffer; modifiedAt: Date }) => {
      const time = modifiedAt.getTime() / 1_000;
      return { mode: IS_FILE, size: content.length, uid: 0, gid: 0, atime: time, mtime: time };
    };
    sftp.on("OPENDIR", (id: number) => sftp.handle(id, Buffer.from("/")));
    sftp.on("READDIR", (id: number) => {
      if (isListed) return sftp.status(id, END_OF_FILE);
      isListed = true;
      const names = Object.entries(options.files).map(([filename, file]) => {
        return { filename, longname: `-rw-r--r-- ${filename}`, attrs: attrsOf(file) };
      });
      return sftp.name(id, names);
    });
    sftp.on("STAT", (id: number, path: string) => {
      const file = fileOf(path);
      if (file) sftp.attrs(id, attrsOf(file));
      else sftp.status(id, NO_SUCH_FILE);
    });
    sftp.on("OPEN", (id: number, path: string) => sftp.handle(id, Buffer.from(path)));
    sftp.on("READ", (id: number, path: Buffer, offset: number, length: number) => {
      reads += 1;
      const fault = options.onRead?.(reads);
      if (fault === "hang-up") return connection._sock.destroy();
      if (fault === "silence") return undefined;
      const piece = fileOf(String(path))?.content.subarray(offset, offset + length);
      return piece?.length ? sftp.data(id, piece) : sftp.status(id, END_OF_FILE);
    });
    sftp.on("CLOSE", (id: number) => sftp.status(id, OK));
  }

  const { port } = server.address();
  return {
    port,
    publicKey: utils.parseKey(privateKey).getPublicSSH(),
    get signIns() {
      return signIns;
    },
  };
}

function authenticate(
  given: Authentication,
  { password, asks }: { password: string; asks: string },
): void {
  const decide = (answer: string | undefined): void => {
    if (given.username === "archive" && answer === password) given.accept();
    else given.reject([asks]);
  };
  if (given.method !== asks) {
    given.reject([asks]);
  } else if (asks === "password") {
    decide(given.password);
  } else {
    given.prompt([{ prompt: "Password: ", echo: false }], ([answer]) => decide(answer));
  }
}

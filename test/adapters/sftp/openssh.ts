import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

const SSHD = "/usr/sbin/sshd";

/** Why the tests against OpenSSH cannot run here; on CI they must. */
export const withoutOpenSsh: string | false =
  existsSync(SSHD) || process.env["CI"] === "true"
    ? false
    : `${SSHD} is not installed: apt-get install openssh-server`;

/** A real OpenSSH server on loopback, and a folder that it serves. */
export interface OpenSsh {
  readonly port: number;
  readonly username: string;
  /** A private key that may sign in. */
  readonly privateKey: string;
  /** `SHA256:…`, as `ssh-keygen -l` tells it. */
  readonly hostKey: string;
  readonly folder: string;
  stop(): Promise<void>;
}

export async function startOpenSsh(): Promise<OpenSsh> {
  const home = mkdtempSync(join(tmpdir(), "sshd-"));
  const at = (name: string): string => join(home, name);
  for (const key of ["host", "client"]) {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(key)]);
  }
  mkdirSync(at("outgoing"));
  writeFileSync(at("authorized_keys"), readFileSync(at("client.pub")), { mode: 0o600 });
  // As root sshd wants its own empty folder.
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true });

  const port = await freePort();
  const settings = {
    ListenAddress: "127.0.0.1",
    Port: port,
    HostKey: at("host"),
    AuthorizedKeysFile: at("authorized_keys"),
    PidFile: at("pid"),
    PermitRootLogin: "prohibit-password",
    PasswordAuthentication: "no",
    KbdInteractiveAuthentication: "no",
    UsePAM: "no",
    StrictModes: "no",
    Subsystem: "sftp internal-sftp",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  writeFileSync(at("sshd_config"), `${lines.join("\n")}\n`);
  const sshd = spawn(SSHD, ["-D", "-e", "-f", at("sshd_config")], { stdio: "ignore" });
  await listening(port, sshd);

  return {
    port,
    username: userInfo().username,
    privateKey: readFileSync(at("client"), "utf8"),
    hostKey:
      /SHA256:\S+/.exec(execFileSync("ssh-keygen", ["-lf", at("host.pub")]).toString())?.[0] ?? "",
    folder: at("outgoing"),
    async stop() {
      const ended = new Promise((resolve) => sshd.once("exit", resolve));
      sshd.kill();
      await ended;
      rmSync(home, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

async function listening(port: number, sshd: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (sshd.exitCode !== null) throw new Error(`sshd ended with code ${sshd.exitCode}`);
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("sshd does not listen");
}

import { appendFileSync } from "node:fs";
import { Socket } from "node:net";

// Preloaded into the app's process: writes down every host that it opens a connection to.
const file = process.env["RECORD_HOSTS"] ?? "";
const connect = Socket.prototype.connect as (...args: unknown[]) => Socket;

Socket.prototype.connect = function recorded(this: Socket, ...args: unknown[]) {
  const [target, host] = args.flat();
  const named = typeof target === "object" && target !== null ? Reflect.get(target, "host") : host;
  appendFileSync(file, `${typeof named === "string" ? named : "127.0.0.1"}\n`);
  return connect.apply(this, args);
} as Socket["connect"];

#!/usr/bin/env node
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "./program.ts";

process.exitCode = await run(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  in: process.stdin,
  env: process.env,
  fetch,
  sleep: (ms) => sleep(ms),
});

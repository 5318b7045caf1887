import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { poisonCodes } from "../../shared/domain/errors.ts";
import { problemCodes } from "../../shared/operations/verify/problems.ts";
import { archiver } from "../cli/running.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFile(new URL(path, root), "utf8");

async function sourceFiles(folder: string): Promise<string[]> {
  const names = await readdir(new URL(folder, root), { recursive: true });
  return names.filter((name) => name.endsWith(".ts")).map((name) => `${folder}${name}`);
}

test("every alert leads to its paragraph of the operators' guide", async () => {
  const guide = await read("docs/operators-guide.md");
  const alerts = await read("infra/alerts.md");

  const names = [...alerts.matchAll(/^\| ([a-z-]+) \| [\d–]/gm)].map(([, name]) => name);
  assert.ok(names.length > 10);
  for (const name of names) assert.ok(guide.includes(`<a id="alert-${name}"></a>`), name);
});

test("troubleshooting tells every code of poison, every problem of verify, and what an import waits for", async () => {
  const page = await read("docs/troubleshooting.md");
  const errors = await read("shared/domain/errors.ts");
  const deferred = /DeferCode =([^;]+);/.exec(errors)?.[1] ?? "";

  const waiting = [...deferred.matchAll(/"([a-z-]+)"/g)].map(([, code]) => code);
  assert.ok(waiting.length > 5);
  for (const code of [...poisonCodes, ...problemCodes, ...waiting]) {
    assert.ok(page.includes(`\`${code}\``), code);
  }
});

test("troubleshooting tells every detail with which a source can fail", async () => {
  const page = await read("docs/troubleshooting.md");
  const files = [
    ...(await sourceFiles("shared/adapters/")),
    ...(await sourceFiles("shared/pipeline/")),
  ];

  let found = 0;
  for (const file of files) {
    for (const [, detail] of (await read(file)).matchAll(
      /new SourceError\(\s*"[a-z-]+",\s*"([a-z-]+)"/g,
    )) {
      found += 1;
      assert.ok(page.includes(`\`${detail}\``), `${detail} (${file})`);
    }
  }
  assert.ok(found > 20);
});

test("what the guides call by name is there: links, anchors and commands", async () => {
  const { out } = await archiver(["--help"]);
  for (const name of ["operators-guide", "mapping-guide", "troubleshooting", "data-retention"]) {
    const page = await read(`docs/${name}.md`);
    for (const [, file = "", anchor] of page.matchAll(/\]\(([\w.-]*)(?:#([\w-]+))?\)/g)) {
      const target = file === "" ? page : await read(`docs/${file}`);
      if (anchor) assert.ok(anchorsOf(target).includes(anchor), `${name}: ${file}#${anchor}`);
    }
    for (const [, command] of page.matchAll(/(?:^|`)archiver ([a-z]+)/gm)) {
      assert.match(out, new RegExp(`^  ${command}\\b`, "m"), `${name}: archiver ${command}`);
    }
  }
});

/** As GitHub makes them of headings, and those that are written. */
function anchorsOf(page: string): string[] {
  const written = [...page.matchAll(/<a id="([\w-]+)">/g)].map(([, id]) => id ?? "");
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, text = ""]) =>
    text
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
  return [...written, ...headings];
}

import assert from "node:assert/strict";

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The text directly in it. */
  text: string;
}

const TOKEN = /<(\/?)([a-z][A-Za-z]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
const ENTITY = /&(?:amp|lt|gt|quot);/g;

/**
 * The elements of an SVG file, in their order. Throws unless the file is well formed:
 * one root, every element closed in its turn, attributes quoted, nothing left unescaped.
 */
export function wellFormed(file: string): Element[] {
  const elements: Element[] = [];
  const open: Element[] = [];
  let at = 0;
  for (const token of file.matchAll(TOKEN)) {
    const [all, close, name = "", attributes = "", empty, text] = token;
    assert.equal(token.index, at, `not well formed at ${at}`);
    at += all.length;
    assert.ok(!all.replaceAll(ENTITY, "").includes("&"), `an ampersand that is none: ${all}`);
    if (text !== undefined) {
      const around = open.at(-1);
      if (around) around.text += unescaped(text);
      else assert.equal(text.trim(), "", "text outside of the root");
      continue;
    }
    if (close) {
      assert.equal(open.pop()?.name, name, `closes what is not open: ${all}`);
      continue;
    }
    assert.ok(open.length > 0 || elements.length === 0, "a second root");
    const element = { name, attributes: attributesOf(attributes), text: "" };
    elements.push(element);
    if (!empty) open.push(element);
  }
  assert.equal(at, file.length, `not well formed at ${at}`);
  assert.deepEqual(open, [], "an element is not closed");
  return elements;
}

function attributesOf(source: string): Record<string, string> {
  const found = [...source.matchAll(/([\w:-]+)="([^"]*)"/g)];
  const names = found.map(([, name]) => name);
  assert.equal(new Set(names).size, names.length, `an attribute twice: ${source}`);
  return Object.fromEntries(found.map(([, name = "", value = ""]) => [name, unescaped(value)]));
}

function unescaped(words: string): string {
  return words
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

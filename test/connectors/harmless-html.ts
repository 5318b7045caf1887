import assert from "node:assert/strict";

const TAG = /^<\/?([a-z][a-z0-9]*)((?: [a-z]+(?:="[^"]*")?)*)(?: \/)?>/;
const LOADS =
  /^(script|style|iframe|frame|frameset|object|embed|applet|form|input|button|textarea|select|base|link|meta|svg|math|video|audio|source|template|noscript)$/;

/** Every `<` begins a tag, and no tag runs, loads, asks or hides anything. */
export function assertHarmless(html: string): void {
  for (let at = html.indexOf("<"); at >= 0; at = html.indexOf("<", at + 1)) {
    const [, name = "", attributes = ""] = TAG.exec(html.slice(at, at + 20_000)) ?? [];
    assert.ok(name !== "" && !LOADS.test(name), html.slice(at, at + 100));
    for (const [, attribute = "", value = ""] of attributes.matchAll(/ ([a-z]+)(?:="([^"]*)")?/g)) {
      assert.doesNotMatch(attribute, /^on|^(srcset|background|action|poster|id|class)$/);
      if (attribute === "src") assert.match(value, /^(cid:|data:image\/)/);
      if (attribute === "href") assert.match(value.trim(), /^(https?|mailto|tel|sms|geo|ftp):/i);
      if (attribute === "style")
        assert.doesNotMatch(value, /url|expression|image-set|position|@import|\\/i);
    }
  }
}

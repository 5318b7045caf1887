import assert from "node:assert/strict";
import { test } from "node:test";
import {
  htmlOfText,
  sanitizedHtml,
  shownContentIds,
  textOfHtml,
} from "../../shared/connectors/html.ts";
import { assertHarmless } from "./harmless-html.ts";

const ATTACKS = [
  "<script>steal()</script>",
  "<scr<script>ipt>steal()</script>",
  "<img src=x onerror=steal()>",
  "<img src='https://contoso.com/seen.gif' alt=seen>",
  "<img src='cid:1@x' onload=steal() srcset='https://contoso.com/1.gif 2x'>",
  "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
  "<img src='data:text/html,<script>'>",
  "<a href='javascript:steal()'>x</a>",
  "<a href=' java\nscript:steal()'>x</a>",
  "<a href='&#106;avascript:steal()'>x</a>",
  "<a href='//contoso.com'>x</a>",
  "<a href='/owa/logoff'>x</a>",
  "<a href='vbscript:x' onmouseover=steal()>x</a>",
  "<p style='background:url(https://contoso.com/seen.gif)'>x</p>",
  "<p style='background-color:red;behavior:url(x.htc)'>x</p>",
  "<p style='width:expression(steal())'>x</p>",
  "<p style='color:red;position:fixed;top:0'>x</p>",
  "<p style='background-color:\\75rl(https://contoso.com)'>x</p>",
  "<style>@import url(https://contoso.com/x.css);</style>",
  "<link rel=stylesheet href=https://contoso.com/x.css><base href=https://contoso.com>",
  "<meta http-equiv=refresh content='0;url=https://contoso.com'>",
  "<iframe src=https://contoso.com></iframe><object data=x></object><embed src=x>",
  "<form action=https://contoso.com><input name=pin><button formaction=x>go</button></form>",
  "<svg><animate onbegin=steal() attributeName=x></svg><math><mtext><script>steal()</script></math>",
  "<noscript><p title='</noscript><img src=x onerror=steal()>'></noscript>",
  "<table background=https://contoso.com/seen.gif><td background=x>y</td></table>",
  "<video poster=https://contoso.com/seen.gif><source src=x></video>",
  "<!--[if mso]><script>steal()</script><![endif]--><![CDATA[<script>]]>",
  "<xmp><script>steal()</script></xmp><plaintext><script>steal()",
  '<a href=\'https://contoso.com\' style="color:red" id=x name="\'><script>">x</a>',
  "<p \u0000onclick=steal()>x</p><p/onclick=steal()>y</p>",
];

for (const attack of ATTACKS) {
  test(`HTML that is shown runs nothing and loads nothing: ${attack.replaceAll(/[\n\0]/g, " ")}`, () => {
    assertHarmless(sanitizedHtml(attack));
  });
}

test("a check that finds no harm is able to find some", () => {
  for (const harmful of [
    "<script>",
    "<p onclick='x'>",
    '<p onclick="x">',
    '<img src="https://x">',
    '<a href="/x">',
    "<p",
    '<p style="x:url(y)">',
  ]) {
    assert.throws(() => assertHarmless(harmful));
  }
});

test("what a sender wrote and how it is laid out stays", () => {
  const html =
    '<table width="100%"><tr><td colspan="2" style="color:#c00;font-weight:bold">Soup &amp; <b>bread</b></td></tr></table><p>a &lt; b<br />中午 🍜</p><a href="https://contoso.com/menu?a=1&amp;b=2">menu</a>';

  assert.equal(sanitizedHtml(html), html);
});

test("a picture that the email carries stays; of one that lies elsewhere its words stay", () => {
  assert.equal(
    sanitizedHtml('<img src="cid:map@x" alt="map" />'),
    '<img alt="map" src="cid:map@x" />',
  );
  assert.equal(
    sanitizedHtml('<img src="https://contoso.com/map.gif" alt="the map">'),
    "<span>[image: the map]</span>",
  );
});

test("the text of elements that are taken out stays, unless nobody was to read it", () => {
  assert.equal(
    sanitizedHtml("<form>Name: <input value=x><label>yours</label></form>"),
    "Name: yours",
  );
  assert.equal(sanitizedHtml("<title>t</title><style>s</style><script>c</script>seen"), "seen");
});

test("HTML of a hundred thousand elements that are never closed keeps its text", () => {
  const html = sanitizedHtml(`${"<div>".repeat(100_000)}Noon?`);

  assert.match(html, /Noon\?/);
  assert.ok(html.length < 10_000);
});

test("plain text becomes HTML that shows the same, and HTML becomes its words", () => {
  assert.equal(htmlOfText('a < "b"\n  c'), "<div>a &lt; &quot;b&quot;<br>\n&nbsp; c</div>");
  assert.equal(
    textOfHtml("<p>a &lt; &quot;b&quot; &amp;amp;</p><p>c<br>d</p>"),
    'a < "b" &amp;\nc\nd',
  );
});

test("a content id is found however the HTML spells it", () => {
  const ids = shownContentIds(
    "<img src='cid:Map%40x'><img src=CID:two@x><td background=\"cid:a&#64;x\">",
  );

  assert.deepEqual([...ids], ["map@x", "two@x", "a@x"]);
});

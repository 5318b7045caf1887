import assert from "node:assert/strict";
import { test } from "node:test";
import { mailboxOfNumber, traffic } from "./made-day.ts";

/** What a visitor of the day must find in each network. */
const shown: [about: RegExp, outcome: string][] = [
  [/^A chat between two people/, "imported"],
  [/^A group message lies in the mailbox of every participant/, "imported"],
  [/^A message to someone outside/, "imported"],
  [/^Chinese text in a group/, "imported"],
  [/^Emoji/, "imported"],
  [/between bidi marks/, "imported"],
  [/^A photo/, "imported"],
  [/^A document with a Chinese name/, "imported"],
  [/^A film of 5 MB/, "imported"],
  [/^A call of 4 minutes/, "imported"],
  [/^A missed call/, "imported"],
  [/^The edit/, "imported"],
  [/^The recall/, "imported"],
  [/^A participant whom only the custom CSV knows/, "imported"],
  [/^The custom CSV goes before/, "imported"],
  [/^Nobody who took part is known/, "unmapped"],
  [/^A film of 11 MB/, "oversize"],
  [/^An item encrypted/, "encrypted"],
  [/^A JSON document that breaks off/, "malformed"],
  [/^A kind of message that nobody has heard of/, "imported"],
  [/^A telephone that was off for 100 days/, "imported"],
  [/^A message time in the year 57300/, "imported"],
];

for (const type of ["WeChat", "WhatsApp"]) {
  test(`the day of ${type} shows everything that it is meant to show`, () => {
    const items = traffic.items.filter((item) => item.type === type);

    assert.ok(items.length >= 40);
    for (const [about, outcome] of shown) {
      const item = items.find((it) => about.test(it.about));
      assert.equal(item?.expect.outcome, outcome, String(about));
    }
  });
}

test("an imported item lies in mailboxes of the tenant, any other in none", () => {
  const users = new Set(traffic.users.map(({ userPrincipalName }) => userPrincipalName));

  for (const { expect, about } of traffic.items) {
    assert.equal(expect.mailboxes.length > 0, expect.outcome === "imported", about);
    assert.equal(new Set(expect.mailboxes).size, expect.mailboxes.length, about);
    for (const mailbox of expect.mailboxes) assert.ok(users.has(mailbox), mailbox);
  }
});

test("every user of the tenant receives something from each network", () => {
  for (const type of ["WeChat", "WhatsApp"]) {
    const items = traffic.items.filter((item) => item.type === type);
    const reached = new Set(items.flatMap(({ expect }) => expect.mailboxes));
    assert.deepEqual([...reached].sort(), traffic.users.map((it) => it.userPrincipalName).sort());
  }
});

test("a directory that is asked for sign-in names alone does not find everyone", () => {
  const dan = traffic.users.find(({ displayName }) => displayName === "Dan Example");

  assert.notEqual(dan?.userPrincipalName, dan?.mail);
  assert.equal(dan?.proxyAddresses.length, 2);
});

test("both mapping files say the same, each in its own way", () => {
  for (const { mappingCsv } of traffic.connectors) {
    const numbers = mappingCsv
      .split("\r\n")
      .slice(1, -1)
      .map((row) => row.split(/[,;]/)[0]?.replace(/\D/g, ""));
    assert.deepEqual(numbers, ["445204334324", "15550105", "15550106"]);
  }
  assert.ok(numbersOfCarol().every((number) => traffic.connectors[0]?.mappingCsv.includes(number)));
});

function numbersOfCarol(): string[] {
  return Object.keys(mailboxOfNumber).filter((it) => mailboxOfNumber[it] === "carol@contoso.com");
}

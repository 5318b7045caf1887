import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  emailAddress,
  isPseudoAddress,
  isWellFormedAddress,
  participantLabel,
} from "../../shared/connectors/mail-address.ts";

for (const address of [
  "ann@contoso.com",
  "ann.o'neil+x@mail.contoso.co",
  "15550100@wechat.invalid",
  "a@b.c",
]) {
  test(`an address that Exchange takes: ${address}`, () => assert.ok(isWellFormedAddress(address)));
}
for (const address of [
  "",
  "ann",
  "ann@",
  "@contoso.com",
  "ann@contoso",
  "ann@-contoso.com",
  "ann@contoso..com",
  "a b@contoso.com",
  '"a b"@contoso.com',
  "zoë@contoso.com",
  "ann@[10.0.0.1]",
  ".ann@contoso.com",
  "ann@contoso.com\r\nBcc: x@y.z",
  `${"a".repeat(65)}@contoso.com`,
]) {
  test(`an address that Exchange would refuse: ${JSON.stringify(address)}`, () =>
    assert.ok(!isWellFormedAddress(address)));
}

test("who has an address keeps it, with name and number beside it", () => {
  const ann = {
    role: "sender",
    name: "Ann Example",
    number: "15550100",
    address: "ann@contoso.com",
  } as const;

  assert.deepEqual(emailAddress(ann, "WeChat"), {
    name: "Ann Example 15550100",
    address: "ann@contoso.com",
  });
  assert.deepEqual(emailAddress({ role: "sender", address: "ann@contoso.com" }, "WeChat"), {
    address: "ann@contoso.com",
  });
});

test("a number becomes an address that can belong to no one, however it is written", () => {
  for (const number of ["15550100", "+1 555 0100", "(1) 555-0100"]) {
    const { address } = emailAddress({ role: "sender", number }, "Enterprise Number");
    assert.equal(address, "15550100@enterprise-number.invalid");
    assert.ok(isPseudoAddress(address));
  }
});

test("two handles that differ in letters no address can have stay two people", () => {
  const [one, two] = ["王伟", "王芳"].map(
    (handle) => emailAddress({ role: "sender", handle }, "WeChat").address,
  );

  assert.notEqual(one, two);
});

test("an address that Exchange would refuse stands in the name", () => {
  const zoe = emailAddress({ role: "recipient", name: "Zoë", address: "zoë@contoso.com" }, "AT&T");

  assert.equal(zoe.name, "Zoë (zoë@contoso.com)");
  assert.match(zoe.address, /@at-t\.invalid$/);
});

test("whoever it is, the address is well formed and the name is one line, not empty, and not too long", () => {
  const text = fc.option(fc.string({ unit: "binary", maxLength: 400 }), { nil: undefined });
  const person = fc.record({ name: text, number: text, address: text, handle: text });
  fc.assert(
    fc.property(person, fc.string(), (said, network) => {
      const known = Object.fromEntries(
        Object.entries(said).filter(([, value]) => value !== undefined),
      );
      const { name = "x", address } = emailAddress({ role: "sender", ...known }, network);

      assert.ok(isWellFormedAddress(address), address);
      assert.match(name, /^[^\p{Cc}\uD800-\uDFFF]{1,255}$/u);
      assert.ok(participantLabel({ role: "sender", ...known }).length > 0);
    }),
  );
});

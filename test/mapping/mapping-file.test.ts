import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigurationError } from "../../shared/domain/errors.ts";
import { customMapping } from "../../shared/mapping/custom-mapping.ts";
import { readMappingFile } from "../../shared/mapping/mapping-file.ts";

const today = new Date("2026-01-05T09:00:00Z");
const HEADER = "External User ID,Microsoft 365 User Mailbox\r\n";

function mappingOf(text: string | Uint8Array, country?: string) {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const file = readMappingFile(bytes, "mappings/wechat.csv");
  return { ...file, find: customMapping(file, country).find };
}

test("the vendor's own sample maps as it stands", () => {
  const { find, refused } = mappingOf(`${HEADER}445204334324,susan@contoso.com\r\n`);

  assert.equal(find("445204334324", today)?.address, "susan@contoso.com");
  assert.equal(find("+44 5204 334324", today)?.row, 2);
  assert.deepEqual(refused, []);
});

test("what Excel makes of the file is read as what it was meant to be", () => {
  const files = {
    "with a byte order mark": `\uFEFF${HEADER}15550100,ann@contoso.com`,
    "with semicolons": "External User ID;Microsoft 365 User Mailbox\n15550100;ann@contoso.com\n",
    "with tabs": "External User ID\tMicrosoft 365 User Mailbox\n15550100\tann@contoso.com",
    "with quoted numbers": `${HEADER}"15550100","ann@contoso.com"`,
    "with a number kept as a text": `${HEADER}="15550100",ann@contoso.com`,
    "with an apostrophe": `${HEADER}'15550100,ann@contoso.com`,
    "with spaces and plus": `${HEADER} +1 555 0100 , ann@contoso.com `,
    "with columns the other way round":
      "Microsoft 365 User Mailbox,External User ID\nann@contoso.com,15550100",
    "without a header": "15550100,ann@contoso.com",
    "with empty lines": `${HEADER}\r\n,\r\n15550100,ann@contoso.com\r\n\r\n`,
  };

  for (const [what, text] of Object.entries(files)) {
    assert.equal(mappingOf(text).find("+15550100", today)?.address, "ann@contoso.com", what);
  }
  const utf16 = Buffer.concat([
    Buffer.from([0xff, 0xfe]),
    Buffer.from(files["with tabs"], "utf16le"),
  ]);
  assert.equal(mappingOf(utf16).find("15550100", today)?.address, "ann@contoso.com");
});

test("a file without rows maps nobody, and is no error", () => {
  for (const text of ["", HEADER, "\uFEFF"]) {
    const { rows, refused } = mappingOf(text);
    assert.deepEqual([rows, refused], [[], []]);
  }
});

test("a wrong row maps nobody and is reported by its number; the others hold", () => {
  const { find, refused } = mappingOf(
    [
      HEADER.trim(),
      "4.452E+11,ann@contoso.com",
      "15550101,not-an-address",
      ",ann@contoso.com",
      "15550102,bob@contoso.com",
      "15550103,ann@contoso.com",
      "+1 555 0103,bob@contoso.com",
    ].join("\n"),
  );

  assert.deepEqual(
    refused.map(({ row }) => row),
    [2, 3, 4, 6, 7],
  );
  assert.equal(find("15550102", today)?.address, "bob@contoso.com");
  assert.equal(find("15550103", today), undefined);
  assert.equal(find("15550101", today), undefined);
});

test("a refused row is reported without the number or address that it holds", () => {
  const { refused } = mappingOf(`${HEADER}15550101,ann.example\n4.452E+11,ann@contoso.com`);

  assert.doesNotMatch(JSON.stringify(refused), /1555|4\.452|ann/);
});

test("a number that changes hands maps to whose it was at the time", () => {
  const { find, refused } = mappingOf(
    [
      "External User ID,Microsoft 365 User Mailbox,Valid From,Valid To",
      "15550100,ann@contoso.com,,2025-12-31",
      "15550100,bob@contoso.com,2026-01-01,",
    ].join("\n"),
  );

  assert.deepEqual(refused, []);
  assert.equal(find("15550100", new Date("2025-12-31T23:59:59Z"))?.address, "ann@contoso.com");
  assert.equal(find("15550100", new Date("2026-01-01T00:00:00Z"))?.address, "bob@contoso.com");
});

test("dates that no one can be sure of are refused with their row", () => {
  const { refused } = mappingOf(
    [
      "External User ID,Microsoft 365 User Mailbox,Valid From,Valid To",
      "15550100,ann@contoso.com,05/01/2026,",
      "15550101,ann@contoso.com,2026-02-30,",
      "15550102,ann@contoso.com,2026-02-01,2026-01-01",
    ].join("\n"),
  );

  assert.deepEqual(
    refused.map(({ row }) => row),
    [2, 3, 4],
  );
});

test("national forms are found by the connector's country, and nobody else's number is", () => {
  const file = `${HEADER}020 7946 0018,ann@contoso.com\n442079460019,bob@contoso.com\n`;

  const { find } = mappingOf(file, "GB");

  assert.equal(find("+442079460018", today)?.address, "ann@contoso.com");
  assert.equal(find("020 7946 0019", today)?.address, "bob@contoso.com");
  assert.equal(find("00442079460019", today)?.address, "bob@contoso.com");
  assert.equal(find("442079460020", today), undefined);
  assert.equal(mappingOf(file).find("+442079460018", today), undefined);
});

test("two rows that come to the same number in two forms map nobody", () => {
  const { find } = mappingOf(
    `${HEADER}020 7946 0018,ann@contoso.com\n442079460018,bob@contoso.com\n`,
    "GB",
  );

  assert.equal(find("+442079460018", today), undefined);
});

test("a file that cannot be read is refused by name and remedy, without its words", () => {
  const files = [
    Buffer.from([0x50, 0x4b, 0x03, 0x04, 0xff, 0xfe, 0x00]),
    Buffer.from("name\0x,ann@contoso.com"),
  ];

  for (const bytes of files) {
    assert.throws(
      () => readMappingFile(bytes, "mappings/wechat.csv"),
      (error) =>
        error instanceof ConfigurationError &&
        /^mappings\/wechat\.csv: .*CSV UTF-8/.test(error.message) &&
        !error.message.includes("ann@"),
    );
  }
});

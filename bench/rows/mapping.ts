import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { parsePhoneNumberWithError } from "libphonenumber-js";
import { customMapping } from "../../shared/mapping/custom-mapping.ts";
import { readMappingFile } from "../../shared/mapping/mapping-file.ts";
import { type Contestant, contest } from "../harness/contest.ts";
import { longestBlock } from "../harness/longest-block.ts";
import type { Bench, Case, Settings } from "../harness/report.ts";
import {
  type MappedNumber,
  mappingCsv,
  mappingNumbers,
  type Spelling,
} from "../material/numbers.ts";

const ROWS = 100_000;
/** Each costs a parse in both, and shows no more when there are more of them. */
const NATIONAL_ROWS = 5_000;
/** Of so many numbers one is looked up in each of its spellings: to parse all of them takes longer than the bench. */
const LOOKED_UP = 7;
const LOOK_UPS = 5_000;
const AT = new Date("2026-01-05T09:00:00Z");
const COUNTRY = "GB";

export const mapping: Bench = {
  name: "mapping",
  title: "Mapping",
  async run(settings) {
    const international = mappingNumbers(settings.quick ? 2_000 : ROWS, "international");
    const national = mappingNumbers(settings.quick ? 400 : NATIONAL_ROWS, "national");
    return {
      cases: [
        await load("international numbers", international, settings),
        await load("national numbers", national, settings),
        await lookUp("look up, international number", international, "international", settings),
        await lookUp("look up, national number", international, "national", settings),
        await lookUp("look up, national number, seen before", international, "national", {
          ...settings,
          isSeenBefore: true,
        }),
      ],
    };
  },
};

function ours(csv: Buffer) {
  return customMapping(readMappingFile(csv, "wechat.csv"), COUNTRY);
}

/** What nobody who wants `+44 …` and `0…` to be one number can do without: the cells, and a parse of each number. */
function limit(csv: Buffer): Map<string, string> {
  const rows: string[][] = parse(csv, { bom: true, from_line: 2 });
  return new Map(rows.map(([number = "", address = ""]) => [e164(number), address]));
}

function e164(number: string): string {
  return parsePhoneNumberWithError(number.startsWith("0") ? number : `+${number}`, COUNTRY).number;
}

async function load(
  name: string,
  numbers: readonly MappedNumber[],
  settings: Settings,
): Promise<Case> {
  const csv = mappingCsv(numbers);
  const same = proveSame(csv, numbers);
  const contestants: Contestant[] = [
    { name: "archiver", role: "ours", units: numbers.length, run: () => void ours(csv) },
    {
      name: "csv-parse + libphonenumber-js",
      role: "limit",
      units: numbers.length,
      run: () => void limit(csv),
    },
  ];
  const held = { of: "archiver", against: "csv-parse + libphonenumber-js", goal: { atLeast: 0.8 } };
  const timed = await contest(contestants, [held], settings);
  const figures = [await longestBlock(() => void ours(csv))];
  const title = `load ${numbers.length} rows, ${name}`;
  return { name: title, unit: "rows", ...timed, figures, same };
}

/** Throws unless both find the same address for every number, in every spelling. */
function proveSame(csv: Buffer, numbers: readonly MappedNumber[]): string {
  const [one, other] = [ours(csv), limit(csv)];
  for (const { international, national, address } of numbers.filter(
    (_, n) => n % LOOKED_UP === 0,
  )) {
    assert.equal(one.find(international, AT)?.address, address);
    assert.equal(one.find(national, AT)?.address, address);
    assert.equal(other.get(e164(international)), address);
    assert.equal(other.get(e164(national)), address);
  }
  return `every ${LOOKED_UP}th of ${numbers.length} numbers, in both spellings, finds the same address in both`;
}

async function lookUp(
  name: string,
  numbers: readonly MappedNumber[],
  spelling: Spelling,
  settings: Settings & { readonly isSeenBefore?: boolean },
): Promise<Case> {
  const mapped = ours(mappingCsv(numbers));
  const count = settings.quick ? 200 : LOOK_UPS;
  let wanted: string[] = [];
  /** Others in each round, unless they are to have been seen: the mapping remembers what it has parsed. */
  const choose = (round: number) => {
    const from = settings.isSeenBefore ? 0 : round * count;
    wanted = Array.from({ length: count }, (_, n) => {
      const number = numbers[((from + n) * 7_919) % numbers.length];
      if (!number) throw new Error("There are no numbers.");
      return number[spelling];
    });
    found = 0;
  };
  let found = 0;
  const contestants: Contestant[] = [
    {
      name: "archiver",
      role: "ours",
      units: count,
      prepare: choose,
      run() {
        for (const number of wanted) if (mapped.find(number, AT)) found += 1;
      },
      check: () => assert.equal(found, count),
    },
    {
      name: "one libphonenumber-js parse",
      role: "limit",
      units: count,
      prepare: choose,
      run() {
        for (const number of wanted) if (e164(number)) found += 1;
      },
      check: () => assert.equal(found, count),
    },
  ];
  const timed = await contest(
    contestants,
    [
      {
        of: "archiver",
        against: "one libphonenumber-js parse",
        measure: "cost",
        goal: { atMost: 1.2 },
      },
    ],
    settings,
  );
  const same = `all ${count} numbers are found, and parsed`;
  return { name, unit: "look-ups", ...timed, figures: [], same };
}

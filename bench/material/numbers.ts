export type Spelling = "international" | "national";

/** A British mobile number in both ways to write it, and whose it is. */
export interface MappedNumber {
  readonly international: string;
  readonly national: string;
  readonly address: string;
  /** As it stands in the file. */
  readonly written: string;
}

/** Numbers of the range that is kept for drama (07700 900…), and on from there. */
const FIRST = 7_700_900_000;

export function mappingNumbers(count: number, written: Spelling): MappedNumber[] {
  return Array.from({ length: count }, (_, n) => {
    const spellings = { international: `44${FIRST + n}`, national: `0${FIRST + n}` };
    const address = `user${n}@contoso.com`;
    return { ...spellings, address, written: spellings[written] };
  });
}

/** The numbers as a custom mapping. */
export function mappingCsv(numbers: readonly MappedNumber[]): Buffer {
  const rows = numbers.map(({ written, address }) => `${written},${address}`);
  return Buffer.from(["External User ID,Microsoft 365 User Mailbox", ...rows, ""].join("\r\n"));
}

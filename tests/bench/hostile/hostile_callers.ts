import { DEEP_TEXTS, repeat, STALLING_TEXTS, WORST_TEXTS } from "../../security/worst_texts.ts";

/** A program that a caller posts to hold up the host, by what it is. */
export type HostilePrograms = Readonly<Record<string, string>>;

/** Longest program that a host takes, and a little below. */
const BYTES = 900_000;
/** Around this many levels native parsers end and others take long. */
const DEPTH = 20_000;

/** The worst texts of each stage of reading, as long as they may be. */
export function hostileTexts(bytes = BYTES): HostilePrograms {
  const long = Object.entries({ ...WORST_TEXTS, ...MASKED }).map(([name, make]) =>
    [name, make(bytes)] as const
  );
  const deep = Object.entries(DEEP_TEXTS).map(([name, make]) => [`deep ${name}`, make(DEPTH)]);
  const stalling = Object.entries(STALLING_TEXTS).flatMap(([name, make]) =>
    [60, 2_000].map((depth) => [`${depth} ${name}`, make(depth)])
  );
  return Object.fromEntries([...long, ...deep, ...stalling]);
}

/** What is slow to search for personal data: of the program, and of what it says. */
const MASKED: Readonly<Record<string, (bytes: number) => string>> = Object.fromEntries(
  ["1 ", "12 34 ", "a@b.co ", "Ann Lee, ", "Mr. A", "4111 1111 1111 1111 ", "key=", "%41", "a:b="]
    .flatMap((piece) => [
      [`much "${piece}"`, (bytes: number) => `return '${repeat(() => piece, bytes)}'.length;`],
      [
        `a log of "${piece}"`,
        (bytes: number) =>
          `console.log(${JSON.stringify(piece)}.repeat(${Math.floor(bytes / 4 / piece.length)}));`,
      ],
      [
        `a value of "${piece}"`,
        (bytes: number) =>
          `return ${JSON.stringify(piece)}.repeat(${Math.floor(bytes / 2 / piece.length)});`,
      ],
    ]),
);

/** Programs that use what they are given of the CPU, and those that make the host work. */
export const BURNING: HostilePrograms = {
  "an endless loop": "for (;;);",
  "many small objects":
    "const all = []; for (;;) { all.length = 0; for (let i = 0; i < 1e5; i++) all.push({ i }); }",
  "a regular expression": "return /^(a+)+$/.test('a'.repeat(40) + 'b');",
  "a long sort": "for (;;) Array.from({ length: 1e6 }, () => Math.random()).sort();",
};

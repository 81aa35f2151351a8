import { type Scan, STRENGTH } from "./scan.ts";

const BEGIN = "-----BEGIN ";
const HEADER = /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
const FOOTER = /-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/;

/** How much of a text a key without an end may take. */
export const MAX_PRIVATE_KEY = 16_384;

/** Private keys in PEM; one that is cut off is one to the end. */
export function findPrivateKey({ text, findings }: Scan): void {
  let start = text.indexOf(BEGIN);
  while (start >= 0) {
    const end = privateKeyEnd(text, start);
    if (end !== undefined) {
      findings.push({
        kind: "SECRET",
        start,
        end,
        strength: STRENGTH.validated,
        detector: "secret.private_key",
      });
    }
    start = text.indexOf(BEGIN, end ?? start + BEGIN.length);
  }
}

/** Where the private key that begins at a place ends; nothing where none begins. */
export function privateKeyEnd(text: string, start: number): number | undefined {
  HEADER.lastIndex = start;
  const header = HEADER.exec(text)?.[0];
  if (header === undefined) return undefined;
  const body = text.slice(start + header.length, start + MAX_PRIVATE_KEY);
  // A program that only speaks of keys writes no key behind the header.
  if (!KEY_FOLLOWS.test(body)) return undefined;
  const footer = FOOTER.exec(body);
  return start + header.length + (footer === null ? body.length : footer.index + footer[0].length);
}

const KEY_FOLLOWS = /^(?:\s|\\[nr])*(?:[A-Z][\w-]*: [^\n\\]*(?:\s|\\[nr])+)*[A-Za-z0-9+/=]{16}/;

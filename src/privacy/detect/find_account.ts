import { validate } from "npm:bitcoin-address-validation@4.0.0";
import { isWordAt } from "./characters.ts";
import { type Scan, STRENGTH } from "./scan.ts";
import { ABOUT } from "./vocabulary.ts";

/** How long the account number of each country is. */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22
   DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28
   HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25
   MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29
   RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29
   VA22 VG24 XK20 YE30`
    .split(/\s+/).map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);
const SHORTEST = 15;
const LONGEST = 34;
const REACH = 30;

/** International bank account numbers: two letters, two check digits, length and sum. */
export function findIban({ text, marks, findings }: Scan): void {
  const { starts, ends } = marks.digits;
  for (let index = 0; index < marks.digits.length; index++) {
    const digits = starts.at(index);
    if (ends.at(index) - digits < 2) continue;
    // "DE 89 3704 …": some write the country apart.
    const isApart = text.charCodeAt(digits - 1) === 0x20;
    const start = digits - (isApart ? 3 : 2);
    if (start < 0 || !isLetterAt(text, start) || !isLetterAt(text, start + 1)) continue;
    if (isApart && !LENGTHS.has(text.slice(start, start + 2))) continue;
    if (isJoinedBefore(text, start)) continue;
    const end = ibanEnd(text, start);
    if (end !== undefined) {
      findings.push({
        kind: "IBAN",
        start,
        end,
        strength: STRENGTH.validated,
        detector: "iban.sum",
      });
      continue;
    }
    const named = namedEnd(text, start);
    if (named === undefined || !(marks.contextBefore(start, REACH) & ABOUT.bank)) continue;
    findings.push({
      kind: "IBAN",
      start,
      end: named,
      // As long as the country's numbers are, it is no number of another kind.
      strength: isOfLength(text.slice(start, named)) ? STRENGTH.labelled : STRENGTH.pattern,
      detector: "iban.named",
    });
  }
}

/** A letter or a digit before makes it a part of a word, unless the word is "IBAN". */
function isJoinedBefore(text: string, start: number): boolean {
  return isWordAt(text, start - 1) && text[start - 1] !== "_" &&
    !/(?:^|\W)IBAN$/i.test(text.slice(Math.max(0, start - 5), start));
}

function isOfLength(written: string): boolean {
  const compact = written.replaceAll(" ", "");
  return LENGTHS.get(compact.slice(0, 2)) === compact.length;
}

function isLetterAt(text: string, place: number): boolean {
  const code = text.charCodeAt(place) | 0x20;
  return code >= 0x61 && code <= 0x7a;
}

/** The end of the number that begins at a place, when its length and its sum are right. */
function ibanEnd(text: string, start: number): number | undefined {
  const wanted = LENGTHS.get(text.slice(start, start + 2).toUpperCase());
  if (wanted === undefined) return undefined;
  let compact = "";
  let end = start;
  while (compact.length < wanted && end < text.length) {
    const character = text[end]!;
    if (/[A-Za-z0-9]/.test(character)) compact += character;
    else if (!/[ .-]/.test(character) || /[ .-]/.test(text[end - 1]!)) return undefined;
    end++;
  }
  const isWhole = compact.length === wanted && !/[A-Za-z0-9]/.test(text[end] ?? "");
  return isWhole && isIban(compact) ? end : undefined;
}

/** Whether letters and digits without separators are an account number with a right sum. */
export function isIban(compact: string): boolean {
  const upper = compact.toUpperCase();
  if (LENGTHS.get(upper.slice(0, 2)) !== upper.length) return false;
  let remainder = 0;
  for (const character of upper.slice(4) + upper.slice(0, 4)) {
    const value = parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** Mistyped numbers are called IBAN too: groups of four, or one run. */
function namedEnd(text: string, start: number): number | undefined {
  const part = text.slice(start, start + LONGEST + 10);
  const match =
    /^[A-Z]{2}\d{2}(?:(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,4})?|[A-Z0-9]{11,30}|(?: [A-Z0-9]{11,30}))(?![A-Za-z0-9])/
      .exec(part);
  const whole = match?.[0];
  return whole !== undefined && whole.replaceAll(" ", "").length >= SHORTEST
    ? start + whole.length
    : undefined;
}

type Chain = readonly [detector: string, shape: RegExp, check: (address: string) => boolean];

const BASE58 = "[1-9A-HJ-NP-Za-km-z]";

/** The address forms of each chain, and what makes one valid beyond its form. */
const CHAINS: readonly Chain[] = [
  [
    "crypto.bitcoin",
    /^(?:bc1|tb1|BC1)[a-zA-Z0-9]{11,87}$|^[123mn][1-9A-HJ-NP-Za-km-z]{25,34}$/,
    isBitcoin,
  ],
  ["crypto.ethereum", /^0x[0-9a-fA-F]{40}$/, hasVariety],
  ["crypto.litecoin", new RegExp(`^(?:[LM]${BASE58}{26,33}|ltc1[a-z0-9]{39,59})$`), isMixed],
  ["crypto.dogecoin", new RegExp(`^D[5-9A-HJ-NP-U]${BASE58}{32}$`), isMixed],
  ["crypto.ripple", new RegExp(`^r${BASE58}{24,34}$`), isMixed],
  ["crypto.tron", new RegExp(`^T${BASE58}{33}$`), isMixed],
  ["crypto.monero", new RegExp(`^[48]${BASE58}{94}(?:${BASE58}{11})?$`), isMixed],
  ["crypto.cardano", /^addr1[a-z0-9]{50,110}$/, hasVariety],
];

/** Addresses of wallets, each checked by its chain's own rules. */
export function findCrypto({ text, marks, findings }: Scan): void {
  const { starts, ends } = marks.runs;
  for (let index = 0; index < marks.runs.length; index++) {
    const start = starts.at(index);
    const end = ends.at(index);
    const length = end - start;
    if (length < 26 || length > 110) continue;
    const address = text.slice(start, end);
    const chain = CHAINS.find(([, shape, check]) => shape.test(address) && check(address));
    if (chain === undefined || /[/=+.]/.test(text[start - 1] ?? "") && chain[2] === isMixed) {
      continue;
    }
    findings.push({
      kind: "CRYPTO",
      start,
      end,
      strength: chain[2] === isBitcoin ? STRENGTH.validated : STRENGTH.pattern,
      detector: chain[0],
    });
  }
}

/** Small letters and digits alone are a hash, unless the prefix of the newer form stands before. */
function isBitcoin(address: string): boolean {
  return (/[A-Z]/.test(address) || /^(?:bc|tb)1/.test(address)) && validate(address);
}

/** Zeros alone are a burn address or a mask. */
function hasVariety(address: string): boolean {
  return new Set(address.toLowerCase()).size > 8;
}

/** Capitals, small letters and digits: a word of that length has not all of them. */
function isMixed(address: string): boolean {
  return hasVariety(address) && /[a-z]/.test(address) && /[A-Z]/.test(address) &&
    (address.match(/\d/g)?.length ?? 0) >= 2;
}

import { validate } from "npm:bitcoin-address-validation@4.0.0";
import { type Scan, STRENGTH } from "./scan.ts";

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

import { Finder } from "../../src/privacy/detect/find.ts";
import { searchText } from "../../src/privacy/detect/search_text.ts";
import { createPrivacySession } from "../../src/privacy/privacy_session.ts";
import { type Level, privacySettings } from "../../src/model/privacy_settings.ts";
import { Protection } from "../../src/privacy/protection.ts";
import { Vault } from "../../src/privacy/vault/vault.ts";

/** A labelled part of a text. */
interface Span {
  readonly start: number;
  readonly end: number;
  readonly type: string;
}

/** One line of a data file. */
export interface Sample {
  readonly text: string;
  readonly spans: readonly Span[];
  readonly json?: unknown;
  readonly fields?: readonly { path: (string | number)[]; type: string; sub?: [number, number] }[];
}

/** What was labelled and found of one kind. */
export interface Score {
  /** Labelled parts. */
  gold: number;
  /** Of them, found. */
  hit: number;
  /** Findings. */
  found: number;
  /** Of them, of what is labelled so. */
  right: number;
}

const DATA = new URL("../../../shared/data/privacy/", import.meta.url);

/** Which kinds are right for what the data calls a type; the first one counts its recall. */
const KINDS_OF: Readonly<Record<string, readonly string[]>> = {
  PERSON: ["PERSON"],
  EMAIL_ADDRESS: ["EMAIL"],
  PHONE_NUMBER: ["PHONE"],
  CREDIT_CARD: ["CARD"],
  IBAN_CODE: ["IBAN"],
  US_SSN: ["SSN", "NATIONAL_ID"],
  IP_ADDRESS: ["IP"],
  CRYPTO: ["CRYPTO"],
  SECRET: ["SECRET"],
  PASSWORD: ["SECRET"],
  DATE_OF_BIRTH: ["BIRTHDATE"],
  DATE_TIME: ["BIRTHDATE"],
  ORGANIZATION: ["ORG"],
  ADDRESS: ["ADDRESS", "LOCATION", "ZIP"],
  STREET_ADDRESS: ["ADDRESS", "LOCATION", "ZIP"],
  street_name: ["ADDRESS"],
  LOCATION: ["LOCATION", "ADDRESS"],
  GPE: ["LOCATION", "ADDRESS"],
  ZIP_CODE: ["ZIP", "ADDRESS"],
  PASSPORT: ["PASSPORT"],
  US_DRIVER_LICENSE: ["LICENSE"],
  BANK_ACCOUNT: ["ACCOUNT", "SSN"],
  ROUTING_NUMBER: ["ACCOUNT"],
  TAX_ID: ["NATIONAL_ID"],
  IN_PAN: ["NATIONAL_ID"],
  IN_AADHAAR: ["NATIONAL_ID"],
  PATIENT_ID: ["MEDICAL"],
  INSURANCE_ID: ["MEDICAL"],
};
/** A part of an address is one: its labels are of parts, or of the whole. */
const OF_PLACES = new Set(["ADDRESS", "LOCATION", "ZIP"]);

/** The samples of a file of the shared data; nothing where it is not there. */
export function readSamples(name: string): Sample[] | undefined {
  let lines: string;
  try {
    lines = Deno.readTextFileSync(new URL(`${name}.jsonl`, DATA));
  } catch {
    return undefined;
  }
  return lines.trim().split("\n").map((line) => JSON.parse(line));
}

/** Precision and recall of each kind; a finding is right when it and a label share half of both. */
export function scoreTexts(samples: readonly Sample[], level: Level): Map<string, Score> {
  const finder = makeFinder(level);
  const scores = new Map<string, Score>();
  const scoreOf = (kind: string): Score => {
    const score = scores.get(kind) ?? { gold: 0, hit: 0, found: 0, right: 0 };
    scores.set(kind, score);
    return score;
  };
  for (const { text, spans } of samples) {
    const findings = findIn(finder, text);
    for (const span of spans) {
      const kinds = KINDS_OF[span.type];
      if (kinds === undefined) continue;
      const score = scoreOf(kinds[0]!);
      score.gold++;
      if (findings.some((finding) => kinds.includes(finding.kind) && fits(finding, span))) {
        score.hit++;
      }
    }
    for (const finding of findings) {
      const score = scoreOf(finding.kind);
      score.found++;
      const isRight = spans.some((span) =>
        KINDS_OF[span.type]?.includes(finding.kind) && fits(finding, span)
      );
      if (isRight) score.right++;
    }
  }
  return scores;
}

/** The share of texts in which anything was found. */
export function touchedShare(samples: readonly Sample[], level: Level): number {
  const finder = makeFinder(level);
  return samples.filter(({ text }) => findIn(finder, text).length > 0).length / samples.length;
}

/** The share of labelled characters that were masked, and of maskings that touch a label. */
export function scoreRecords(
  samples: readonly Sample[],
  level: Level,
): { masked: number; right: number } {
  const protection = new Protection(privacySettings.parse({ level }));
  const sum = { labelled: 0, masked: 0, maskings: 0, right: 0 };
  for (const { json, fields = [] } of samples) {
    const privacy = createPrivacySession({
      protection,
      vault: new Vault({ session: "score", nonce: "abc" }),
    });
    const masked = privacy.maskNow(json, { direction: "in", server: "data" });
    for (const [path, text] of leavesOf(json)) {
      const labels = fields.filter((field) => JSON.stringify(field.path) === path)
        .map(({ sub }) => ({ start: sub?.[0] ?? 0, end: sub?.[1] ?? text.length }));
      addLeaf(sum, {
        text,
        labels,
        maskings: maskingsOf(text, String(leafAt(masked, JSON.parse(path)))),
      });
    }
  }
  return { masked: sum.masked / sum.labelled, right: sum.right / sum.maskings };
}

interface Place {
  readonly start: number;
  readonly end: number;
}

function addLeaf(
  sum: { labelled: number; masked: number; maskings: number; right: number },
  { text, labels, maskings }: {
    text: string;
    labels: readonly Place[];
    maskings: readonly Place[];
  },
): void {
  const isIn = (places: readonly Place[], index: number) =>
    places.some(({ start, end }) => index >= start && index < end);
  for (let index = 0; index < text.length; index++) {
    if (!isIn(labels, index)) continue;
    sum.labelled++;
    if (isIn(maskings, index)) sum.masked++;
  }
  sum.maskings += maskings.length;
  sum.right +=
    maskings.filter((masking) =>
      labels.some((label) =>
        Math.min(label.end, masking.end) > Math.max(label.start, masking.start)
      )
    ).length;
}

/** Where tokens took the place of parts of a text. */
function maskingsOf(text: string, masked: string): Place[] {
  if (text === masked) return [];
  const literals = masked.split(/\[[A-Z_]+_\d+_abc\]/);
  const places: Place[] = [];
  let place = literals[0]!.length;
  for (const [index, literal] of literals.slice(1).entries()) {
    const isLast = index === literals.length - 2;
    const end = isLast ? text.length - literal.length : text.indexOf(literal, place + 1);
    places.push({ start: place, end });
    place = end + literal.length;
  }
  return places;
}

function* leavesOf(
  value: unknown,
  path: readonly (string | number)[] = [],
): Generator<[string, string]> {
  if (typeof value !== "object" || value === null) {
    yield [JSON.stringify(path), String(value)];
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    yield* leavesOf(item, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

function leafAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, step) => (at as Record<string | number, unknown>)[step], value);
}

function makeFinder(level: Level): Finder {
  const protection = new Protection(privacySettings.parse({ level }));
  return new Finder(protection.finderOptions(protection.profileOf({})));
}

function findIn(finder: Finder, text: string) {
  const findings = searchText(finder, text);
  if (typeof findings === "string") throw new Error(`Cannot search: ${findings}`);
  return findings;
}

function fits(finding: Place & { kind: string }, span: Place): boolean {
  const shared = Math.min(finding.end, span.end) - Math.max(finding.start, span.start);
  if (shared <= 0) return false;
  if (OF_PLACES.has(finding.kind) || shared === span.end - span.start) return true;
  return shared / (Math.max(finding.end, span.end) - Math.min(finding.start, span.start)) >= .5;
}

import secretKeys from "./secret_keys.json" with { type: "json" };
import { type Scan, STRENGTH } from "./scan.ts";

const JWT = /eyJ[\w-]{8,}\.eyJ[\w-]{8,}(?:\.[\w-]{4,})?|eyJ[\w-]{8,}(?:\.[\w-]*){4}/y;
/** How far before a run of letters and digits the key may have begun. */
const REACH = 24;
/** What documents write in the place of a key. */
const PLACEHOLDER = /x{6}|\.{3}/i;

/** Keys that a provider gave out, by their prefix and shape, and JSON web tokens. */
export function findSecretKey({ text, marks, findings }: Scan): void {
  const { starts, ends } = marks.runs;
  let last = 0;
  for (let index = 0; index < marks.runs.length; index++) {
    if (starts.at(index) < last) continue;
    for (const start of candidateStarts(text, starts.at(index))) {
      const found = readKey(text, start, ends.at(index));
      if (found === undefined) continue;
      last = found.end;
      // One more than an e-mail address: "https://ghp_…@host".
      findings.push({ kind: "SECRET", start, strength: STRENGTH.validated + 1, ...found });
      break;
    }
  }
}

/** A run may be the second part of a key: "SG.…", "dp.pt.…", "123456789:AA…". */
function* candidateStarts(text: string, runStart: number): Generator<number> {
  yield runStart;
  if (runStart === 0 || !JOINTS.has(text[runStart - 1]!)) return;
  let start = runStart;
  while (start > 0 && runStart - start < REACH && /[\w.$~:/-]/.test(text[start - 1]!)) {
    start--;
    if (/\w/.test(text[start]!) && !/\w/.test(text[start - 1] ?? "")) yield start;
  }
}

/** What joins the parts of a key. */
const JOINTS = new Set(".$~:/-");

/** Keys without a prefix have a sign of their own behind the first run, or before it. */
function mayLackPrefix(text: string, start: number, runEnd: number): boolean {
  const after = text[runEnd];
  return after === "." || after === "~" || after === ":" ||
    text.slice(start, runEnd).includes(":") ||
    text.slice(start, runEnd).includes("-us");
}

function readKey(
  text: string,
  start: number,
  runEnd: number,
): { end: number; detector: string } | undefined {
  if (/[A-Za-z0-9]/.test(text[start - 1] ?? "")) return undefined;
  JWT.lastIndex = start;
  const jwt = text.startsWith("eyJ", start) ? JWT.exec(text)?.[0] : undefined;
  if (jwt !== undefined) return { end: start + jwt.length, detector: "secret.jwt" };
  const bare = mayLackPrefix(text, start, runEnd) ? BY_FIRST.get("") ?? [] : [];
  const keys = [...BY_FIRST.get(text[start]!) ?? [], ...bare];
  for (const { name, prefix, shape } of keys) {
    if (!text.startsWith(prefix, start)) continue;
    shape.lastIndex = start;
    const whole = shape.exec(text)?.[0];
    if (whole === undefined || PLACEHOLDER.test(whole)) continue;
    return { end: start + whole.length, detector: `secret.${name}` };
  }
  return undefined;
}

/** How the keys of one provider look. */
interface SecretKey {
  readonly name: string;
  /** What every key of it begins with. */
  readonly prefix: string;
  /** The whole key, from its first character on. */
  readonly shape: RegExp;
}

type Row = [name: string, prefixes: string, rest: string];

/** The prefixes that providers document for their keys, and what follows them, by first letter. */
const BY_FIRST: ReadonlyMap<string, readonly SecretKey[]> = Map.groupBy(
  (secretKeys as Row[]).flatMap(([name, prefixes, rest]) =>
    prefixes.split(" ").map((prefix): SecretKey => ({
      name,
      prefix,
      shape: new RegExp(prefix.replace(/[.$*+?^|()[\]{}\\/-]/g, "\\$&") + rest, "y"),
    }))
  ),
  ({ prefix }) => prefix.slice(0, 1),
);

import { findBirthDate, findLabelledId, findNationalId } from "./find_id.ts";
import { findCredentialUrl, findPrivateKey } from "./find_private_key.ts";
import { findCrossedOut, findNumber } from "./find_number.ts";
import { findCrypto, findIban } from "./find_account.ts";
import { type CustomPattern, findCustom } from "./find_custom.ts";
import { findEmail } from "./find_email.ts";
import { findBase64, findPercentEncoded } from "./find_encoded.ts";
import { findIntroducedName, findName } from "./find_name.ts";
import { findIp, findMac } from "./find_network_address.ts";
import { findNamedSecret, findPassword } from "./find_named_secret.ts";
import { findPair } from "./find_pair.ts";
import { findSecretKey } from "./find_secret_key.ts";
import { foldText } from "./characters.ts";
import type { HintCache } from "./key_hints.ts";
import type { KnownValues } from "./known_values.ts";
import { Lexer } from "./lexer.ts";
import { nameIndex } from "./name_index.ts";
import { type Finding, moveFinding, type Scan, STRENGTH, sweep, TOKEN_KIND } from "./scan.ts";
import { vocabulary } from "./vocabulary.ts";
import { findTokens } from "../../model/token.ts";

export interface FinderOptions {
  /** Whether a kind is looked for in free text. */
  readonly wantsInText: (kind: string) => boolean;
  /** Whether a kind is believed where a key or a label names it. */
  readonly wantsByKey: (kind: string) => boolean;
  /** Countries whose national phone forms are known without words around them. */
  readonly regions: readonly string[];
  /** The kinds that there are tokens of. */
  readonly kinds: ReadonlySet<string>;
  /** What keys hint at. */
  readonly hints: HintCache;
  /** Patterns of the operator's own. */
  readonly custom?: readonly CustomPattern[];
  /** Whether a value is never to be masked. */
  readonly isAllowed?: (value: string) => boolean;
  /** Values of the session, to be found again. */
  readonly known?: KnownValues;
}

/** Finds personal data and secrets in one text at a time. It never reads on beyond a line's end. */
export class Finder {
  readonly #options: FinderOptions;
  readonly #lexer: Lexer;
  #inner: Finder | undefined;

  constructor(options: FinderOptions) {
    this.#options = options;
    const needsNames = ["PERSON", "ORG", "LOCATION", "ADDRESS"].some(options.wantsInText);
    this.#lexer = new Lexer({
      vocabulary: vocabulary(),
      ...(needsNames ? { names: nameIndex() } : {}),
      ...(options.known === undefined ? {} : { known: options.known.anchors }),
    });
  }

  /** The findings of a text, none overlapping, in its order. */
  find(text: string): Finding[] {
    const { isAllowed } = this.#options;
    const findings = this.#read(text, (scan) => {
      // What is encoded is searched by a finder of its own: this one's lexer is in use.
      const search = (decoded: string) => this.#searchDecoded(decoded);
      findPercentEncoded(scan, search);
      findBase64(scan, search);
    });
    return isAllowed === undefined
      ? findings
      : findings.filter(({ kind, start, end }) =>
        kind === TOKEN_KIND || !isAllowed(text.slice(start, end))
      );
  }

  #searchDecoded(decoded: string): Finding[] {
    this.#inner ??= new Finder(this.#options);
    return this.#inner.#read(decoded, () => {}).filter(({ kind }) => kind !== TOKEN_KIND);
  }

  #read(text: string, also: (scan: Scan) => void): Finding[] {
    this.#lexer.read(text);
    if (!this.#lexer.needsFolding) {
      const scan = this.#search(text);
      also(scan);
      return sweep(scan.findings);
    }
    const folded = foldText(text);
    this.#lexer.read(folded.text);
    const scan = this.#search(folded.text);
    also(scan);
    return sweep(scan.findings).map((finding) =>
      moveFinding(finding, folded.original(finding.start), folded.original(finding.end - 1) + 1)
    );
  }

  #search(text: string): Scan {
    const { wantsInText, wantsByKey, regions, kinds, hints, custom = [], known } = this.#options;
    const marks = this.#lexer;
    const scan: Scan = { text, marks, wants: wantsInText, findings: [] };
    if (marks.hasBracket) findToken(scan, kinds);
    if (custom.length > 0) findCustom(scan, custom);
    if (known !== undefined) {
      scan.findings.push(...known.find(text, marks.known, wantsByKey));
    }
    if (marks.digits.length > 0) {
      this.#searchNumbers(scan);
      findNumber(scan, { regions });
      findCrossedOut(scan);
    }
    if (marks.ats.length > 0 && wantsInText("EMAIL")) findEmail(scan);
    if (wantsInText("MAC")) findMac(scan);
    if (wantsInText("CRYPTO")) findCrypto(scan);
    if (wantsInText("SECRET")) this.#searchSecrets(scan);
    findLabelledId(scan);
    if (wantsInText("BIRTHDATE")) findBirthDate(scan);
    if (wantsByKey("PERSON")) findIntroducedName(scan);
    findPair(scan, { hints, wants: wantsByKey });
    if (marks.capitals.length > 0) findName(scan);
    return scan;
  }

  #searchNumbers(scan: Scan): void {
    const { wantsInText } = this.#options;
    if (wantsInText("IP")) findIp(scan);
    if (wantsInText("IBAN")) findIban(scan);
    if (wantsInText("NATIONAL_ID")) findNationalId(scan);
  }

  #searchSecrets(scan: Scan): void {
    findSecretKey(scan);
    findNamedSecret(scan, this.#options.hints);
    findPassword(scan);
    findCredentialUrl(scan);
    findPrivateKey(scan);
  }
}

const MARKER = /\[(?:WITHHELD|BLOCKED)(?::[A-Z_]{1,20})?\]/g;

/** Text of the shape of a token, in any of its writings, and markers of what was withheld. */
function findToken({ text, findings }: Scan, kinds: ReadonlySet<string>): void {
  for (const { start, end } of findTokens(text, { kinds })) {
    findings.push({
      kind: TOKEN_KIND,
      start,
      end,
      strength: STRENGTH.token,
      detector: "token.shape",
    });
  }
  for (const { 0: marker, index } of text.matchAll(MARKER)) {
    findings.push({
      kind: TOKEN_KIND,
      start: index,
      end: index + marker.length,
      strength: STRENGTH.token,
      detector: "token.marker",
    });
  }
}

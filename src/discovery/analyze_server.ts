import type { Tool } from "../model/tool.ts";
import { getLexicon, type SubjectShare } from "./lexicon.ts";
import { splitRuns, termsOf } from "./split_words.ts";
import { FIELD_NAMES, FIELDS, readToolFields } from "./tool_fields.ts";

/** A tool as a caller of the index gives it. */
export interface ToolEntry {
  /** Its definition, as its server sent it. */
  readonly tool: Tool;
  /** What a program imports to call it, such as `./servers/crm/list_leads.ts`. */
  readonly import?: string;
}

const FIELD_COUNT = FIELD_NAMES.length;
/** Weight of each field for a tool's subjects, in the order of `FIELD_NAMES`. */
const SUBJECT_SHARES = [2, 1, 1, 0.3, 0.2, 0.1, 1, 0.7];

/** A tool taken apart; terms are places in its server's list of terms. */
export interface AnalyzedTool {
  readonly entry: ToolEntry;
  /** Terms in each field. */
  readonly lengths: Uint16Array;
  /** The tool's terms, each once. */
  readonly terms: Int32Array;
  /** How often each of `terms` stands in each field: a row of `FIELD_NAMES.length` for each. */
  readonly counts: Uint16Array;
  /** The terms of all fields as they stand, field by field; `lengths` says where each ends. */
  readonly sequence: Int32Array;
  /** Numbers of the subjects that the tool points to, and how strongly. */
  readonly subjects: Uint16Array;
  readonly subjectStrengths: Float32Array;
}

/** A server's tools taken apart, independent of all other servers. */
export interface AnalyzedServer {
  readonly server: string;
  readonly description: string;
  readonly terms: readonly string[];
  /** The terms of the server's own name. */
  readonly nameTerms: Int32Array;
  readonly tools: readonly AnalyzedTool[];
}

/** Takes a server's tools apart; of two tools with one name the first counts. */
export function analyzeServer(
  server: string,
  entries: readonly ToolEntry[],
  description: string,
): AnalyzedServer {
  const unique = new Map<string, ToolEntry>();
  for (const entry of entries) {
    if (!unique.has(entry.tool.name)) unique.set(entry.tool.name, entry);
  }
  const known = new ServerTerms();
  const shared = {
    server: known.read(server, FIELDS.server),
    serverDescription: known.read(description, FIELDS.serverDescription),
  };
  const ordered = [...unique.keys()].sort().map((name) => unique.get(name)!);
  const tools = ordered.map((entry) => {
    const texts = readToolFields(entry.tool);
    const fields = FIELD_NAMES.map((field) =>
      field === "server" || field === "serverDescription"
        ? shared[field]
        : known.read(texts[field], FIELDS[field])
    );
    return analyzeTool(entry, fields, known);
  });
  return {
    server,
    description,
    terms: known.terms,
    nameTerms: tools.length === 0 ? new Int32Array() : Int32Array.from(shared.server),
    tools,
  };
}

/** The terms met so far in a server's texts, numbered in the order in which they came. */
class ServerTerms {
  readonly terms: string[] = [];
  /** The subjects of each term. */
  readonly subjects: (readonly SubjectShare[])[] = [];
  /** For each term its row in the tool that is being read, beside that tool's number. */
  readonly rowOf: number[] = [];
  readonly toolOf: number[] = [];
  toolNumber = 0;
  readonly ints = new Pool((length) => new Int32Array(length));
  readonly shorts = new Pool((length) => new Uint16Array(length));
  readonly floats = new Pool((length) => new Float32Array(length));
  readonly #ids = new Map<string, number>();
  readonly #runs = new Map<string, readonly number[]>();

  /** The terms of a text, at most `limit`; catalogues repeat themselves, so runs are remembered. */
  read(text: string, limit: number): number[] {
    const ids: number[] = [];
    for (const run of splitRuns(text, limit)) {
      let known = this.#runs.get(run);
      if (known === undefined) {
        known = termsOf(run).map((term) => this.#idOf(term));
        this.#runs.set(run, known);
      }
      for (const id of known) if (ids.length < limit) ids.push(id);
    }
    return ids;
  }

  #idOf(term: string): number {
    const known = this.#ids.get(term);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(term, id);
    this.terms.push(term);
    this.subjects.push(getLexicon().subjects(term));
    this.rowOf.push(0);
    this.toolOf.push(0);
    return id;
  }
}

/** Buffers in which one tool is counted, used again for the next. */
const MAX_TERMS = Object.values(FIELDS).reduce((sum, limit) => sum + limit, 0);
const counts = new Uint16Array(MAX_TERMS * FIELD_COUNT);
const shares = new Float32Array(MAX_TERMS);
const terms = new Int32Array(MAX_TERMS);
const subjects = new Uint16Array(getLexicon().subjectCount);
const strengths = new Float32Array(subjects.length);

function analyzeTool(
  entry: ToolEntry,
  fields: readonly (readonly number[])[],
  known: ServerTerms,
): AnalyzedTool {
  const { rowOf, toolOf } = known;
  const number = ++known.toolNumber;
  const sequence = known.ints.take(fields.reduce((sum, ids) => sum + ids.length, 0));
  counts.fill(0, 0, sequence.length * FIELD_COUNT);
  let rows = 0;
  let place = 0;
  for (let field = 0; field < FIELD_COUNT; field++) {
    const share = SUBJECT_SHARES[field]!;
    for (const id of fields[field]!) {
      sequence[place++] = id;
      if (toolOf[id] !== number) {
        toolOf[id] = number;
        rowOf[id] = rows;
        terms[rows] = id;
        shares[rows] = 0;
        rows++;
      }
      const row = rowOf[id]!;
      counts[row * FIELD_COUNT + field]!++;
      if (shares[row]! < share) shares[row] = share;
    }
  }
  return {
    entry,
    lengths: Uint16Array.from(fields, (ids) => ids.length),
    terms: copyOf(terms, known.ints.take(rows)),
    counts: copyOf(counts, known.shorts.take(rows * FIELD_COUNT)),
    sequence,
    ...subjectsOf(rows, known),
  };
}

/** The subjects that the terms point to, in the order in which they come up. */
function subjectsOf(
  rows: number,
  known: ServerTerms,
): Pick<AnalyzedTool, "subjects" | "subjectStrengths"> {
  let found = 0;
  for (let row = 0; row < rows; row++) {
    const pointed = known.subjects[terms[row]!]!;
    for (let at = 0; at < pointed.length; at++) {
      const { subject, share } = pointed[at]!;
      if (strengths[subject] === 0) subjects[found++] = subject;
      strengths[subject]! += shares[row]! * share;
    }
  }
  const own = copyOf(subjects, known.shorts.take(found));
  const ownStrengths = known.floats.take(found);
  for (let at = 0; at < found; at++) {
    ownStrengths[at] = strengths[own[at]!]!;
    strengths[own[at]!] = 0;
  }
  return { subjects: own, subjectStrengths: ownStrengths };
}

function copyOf<T extends Int32Array | Uint16Array>(from: T, into: T): T {
  for (let at = 0; at < into.length; at++) into[at] = from[at]!;
  return into;
}

const FIRST_LENGTH = 1_024;
const MAX_LENGTH = 16_384;
type NumberArray = Int32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/** Many small arrays in few large ones: an array of its own for each would keep the collector busy. */
class Pool<T extends NumberArray> {
  readonly #create: (length: number) => T;
  #chunk: T;
  #used = 0;

  constructor(create: (length: number) => T) {
    this.#create = create;
    this.#chunk = create(FIRST_LENGTH);
  }

  /** Returns an array of `length` zeros. */
  take(length: number): T {
    if (this.#used + length > this.#chunk.length) {
      const next = Math.min(MAX_LENGTH, this.#chunk.length * 2);
      this.#chunk = this.#create(Math.max(next, length));
      this.#used = 0;
    }
    return this.#chunk.subarray(this.#used, this.#used += length) as T;
  }
}

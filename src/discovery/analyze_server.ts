import type { Tool } from "../mcp/tool.ts";
import { FIELD_NAMES, FIELDS } from "./fields.ts";
import { getLexicon, type SubjectShare } from "./lexicon.ts";
import { readTerms } from "./read_terms.ts";
import { readToolFields } from "./read_tool_fields.ts";

/** A tool as the caller gives it to the index. */
export interface ToolEntry {
  /** Its definition, as its server sent it. */
  readonly tool: Tool;
  /** What a program imports to call it, such as `./servers/crm/list_leads.ts`. */
  readonly import?: string;
}

const FIELD_COUNT = FIELD_NAMES.length;
/** What of a field of a tool counts for its subjects, in the order of `FIELD_NAMES`. */
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
  const known: ServerTerms = { ids: new Map(), subjects: [], marks: [], nextMark: 0 };
  const unique = new Map<string, ToolEntry>();
  for (const entry of entries) {
    if (!unique.has(entry.tool.name)) unique.set(entry.tool.name, entry);
  }
  const ordered = [...unique.keys()].sort().map((name) => unique.get(name)!);
  const tools = ordered.map((entry) => {
    const fields = readToolFields({ server, serverDescription: description, tool: entry.tool });
    return analyzeTool(entry, fields, known);
  });
  const nameTerms = readTerms(server, FIELDS.server).filter((term) => known.ids.has(term));
  return {
    server,
    description,
    terms: [...known.ids.keys()],
    nameTerms: Int32Array.from(nameTerms, (term) => known.ids.get(term)!),
    tools,
  };
}

/** The terms met so far in a server's tools. */
interface ServerTerms {
  readonly ids: Map<string, number>;
  /** The subjects of each term. */
  readonly subjects: (readonly SubjectShare[])[];
  /** For each term where it was seen last: the current tool's rows are numbered from `nextMark`. */
  readonly marks: number[];
  nextMark: number;
}

function analyzeTool(
  entry: ToolEntry,
  fields: readonly string[][],
  known: ServerTerms,
): AnalyzedTool {
  const sequence = new Int32Array(fields.reduce((sum, terms) => sum + terms.length, 0));
  const { marks, nextMark } = known;
  const terms: number[] = [];
  const counts: number[] = [];
  let place = 0;
  for (let field = 0; field < FIELD_COUNT; field++) {
    for (const term of fields[field]!) {
      const id = idOf(term, known);
      sequence[place++] = id;
      if (marks[id]! < nextMark) {
        marks[id] = nextMark + terms.length;
        terms.push(id);
        for (let f = 0; f < FIELD_COUNT; f++) counts.push(0);
      }
      counts[(marks[id]! - nextMark) * FIELD_COUNT + field]!++;
    }
  }
  known.nextMark += terms.length;
  const subjects = subjectsOf(terms, counts, known);
  return {
    entry,
    lengths: new Uint16Array(fields.map((terms) => terms.length)),
    terms: new Int32Array(terms),
    counts: new Uint16Array(counts),
    sequence,
    subjects: new Uint16Array(subjects.keys()),
    subjectStrengths: new Float32Array(subjects.values()),
  };
}

function idOf(term: string, { ids, subjects, marks }: ServerTerms): number {
  const known = ids.get(term);
  if (known !== undefined) return known;
  const id = ids.size;
  ids.set(term, id);
  subjects.push(getLexicon().subjects(term));
  marks.push(-1);
  return id;
}

function subjectsOf(
  terms: readonly number[],
  counts: readonly number[],
  known: ServerTerms,
): Map<number, number> {
  const subjects = new Map<number, number>();
  for (let row = 0; row < terms.length; row++) {
    const found = known.subjects[terms[row]!]!;
    if (found.length === 0) continue;
    let share = 0;
    for (let f = 0; f < FIELD_COUNT; f++) {
      if (counts[row * FIELD_COUNT + f]! > 0) share = Math.max(share, SUBJECT_SHARES[f]!);
    }
    for (const { subject, share: sure } of found) {
      subjects.set(subject, (subjects.get(subject) ?? 0) + share * sure);
    }
  }
  return subjects;
}

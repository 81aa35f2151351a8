/** A row of a collection. */
export type Row = Readonly<Record<string, unknown>>;

/** A row that is in both collections, and not the same. */
export interface ChangedRow {
  readonly key: string;
  /** By field: what it was, and what it is. */
  readonly fields: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
}

/** What differs between two collections. */
export interface RowsDiff {
  readonly added: readonly Row[];
  readonly removed: readonly Row[];
  readonly changed: readonly ChangedRow[];
  readonly same: number;
}

/** Options of {@linkcode diffRows}. */
export interface DiffOptions {
  /** The fields that tell which row is which. */
  readonly key: readonly string[];
  /** Fields that may differ, such as the time of the last change. */
  readonly ignore?: readonly string[];
}

/** Compares two collections row by row; the order of rows and of fields makes no difference. */
export function diffRows(
  before: readonly Row[],
  after: readonly Row[],
  { key, ignore = [] }: DiffOptions,
): RowsDiff {
  const old = byKey(before, key);
  const now = byKey(after, key);
  const changed: ChangedRow[] = [];
  let same = 0;
  for (const [id, row] of now) {
    const was = old.get(id);
    if (was === undefined) continue;
    const fields = changesOf(was, row, new Set(ignore));
    if (Object.keys(fields).length === 0) same++;
    else changed.push({ key: id, fields });
  }
  return {
    added: [...now].filter(([id]) => !old.has(id)).map(([, row]) => row),
    removed: [...old].filter(([id]) => !now.has(id)).map(([, row]) => row),
    changed,
    same,
  };
}

function byKey(rows: readonly Row[], key: readonly string[]): Map<string, Row> {
  const found = new Map<string, Row>();
  for (const row of rows) {
    const values = key.map((field) => row[field]);
    const id = values.length === 1 ? String(values[0]) : JSON.stringify(values);
    if (values.some((value) => value === undefined)) {
      throw new Error(`Cannot compare: a row has no ${key.join(" and ")}`);
    }
    if (found.has(id)) throw new Error(`Cannot compare: two rows have the key ${id}`);
    found.set(id, row);
  }
  return found;
}

function changesOf(before: Row, after: Row, ignored: ReadonlySet<string>): ChangedRow["fields"] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const differ = [...names].filter((name) =>
    !ignored.has(name) && canonical(before[name]) !== canonical(after[name])
  );
  return Object.fromEntries(differ.map((name) => [name, [before[name], after[name]]]));
}

/** The order of an object's keys says nothing. */
function canonical(value: unknown): string {
  const sorted = (_key: string, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => a < b ? -1 : 1))
      : one;
  return JSON.stringify(value, sorted) ?? "undefined";
}

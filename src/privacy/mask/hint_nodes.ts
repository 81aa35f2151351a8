import type { KeyHint } from "../detect/scan.ts";
import type { HintCache } from "../detect/key_hints.ts";
import type { LeafNode, ListNode, Node, Place, RecordNode } from "./node.ts";

/** What the fields of one record, or the items of one list, have in common. */
interface Surroundings {
  /** The name of the value. */
  key: string;
  /** The name of what holds it. */
  readonly parent: string;
  readonly owner: Place | undefined;
  step: LeafNode | number | undefined;
  readonly isBesidePerson: boolean;
}

/** Kinds of fields that only a person has. */
const OF_PERSON = new Set(["EMAIL", "PHONE", "BIRTHDATE", "SSN", "PASSPORT"]);
/** Fields that hold the names of the columns of a table, and its rows. */
const COLUMN_FIELDS = new Set([
  "columns",
  "headers",
  "header",
  "fields",
  "column_names",
  "columnnames",
]);
const ROW_FIELDS = new Set(["rows", "values", "data", "records", "items"]);
/** `{ name: "email", value: "…" }`: the field that names the other. */
const NAMING_FIELDS = [
  "name",
  "key",
  "label",
  "field",
  "property",
  "title",
  "header",
  "type",
  "id",
];
/** A record that is one name and one value has few fields more. */
const MOST_LABELLED = 8;
const NAMED_FIELDS = new Set(["value", "values", "text", "content", "stringvalue", "answer"]);

/** So many keys are looked at between two pauses. */
const KEYS_PER_PAUSE = 64;
/** A row that is longer names no columns. */
const MOST_COLUMNS = 1_000;

/**
 * Tells every leaf of a snapshot where it stands, and what its key, its column or its label says.
 * Pauses now and then, so that others have their turn.
 */
export function hintNodes(root: Node, hints: KeyHints): Generator<void, void> {
  return new Hinter(hints).visit(root, {
    key: "",
    parent: "",
    owner: undefined,
    step: undefined,
    isBesidePerson: false,
  });
}

/** Tells every leaf of a snapshot where it stands, and nothing else; with the same pauses. */
export function hintPlaces(root: Node): Generator<void, void> {
  return hintNodes(root, NO_HINTS);
}

/** Knows no key. */
const NO_HINTS: KeyHints = { get: () => [] };

/** What keys hint at. */
type KeyHints = Pick<HintCache, "get">;

class Hinter {
  readonly #hints: KeyHints;
  #keys = 0;

  constructor(hints: KeyHints) {
    this.#hints = hints;
  }

  *visit(node: Node, around: Surroundings): Generator<void> {
    switch (node.type) {
      case "leaf":
        return this.#visitLeaf(node, around);
      case "list":
        return yield* this.#visitList(node, around);
      case "record":
        return yield* this.#visitRecord(node, around);
      case "json":
        return yield* this.visit(node.root, around);
    }
  }

  #visitLeaf(leaf: LeafNode, { key, parent, isBesidePerson, owner, step }: Surroundings): void {
    if (key !== "") leaf.hints = this.#hints.get(key, parent);
    leaf.isBesidePerson = isBesidePerson;
    leaf.owner = owner;
    leaf.step = step;
  }

  #isDue(): boolean {
    return ++this.#keys % KEYS_PER_PAUSE === 0;
  }

  *#visitList(list: ListNode, around: Surroundings): Generator<void> {
    const columns = this.#headerOf(list);
    const inside: Surroundings = { ...around, owner: placeOf(around), step: 0 };
    for (const [index, item] of list.items.entries()) {
      inside.step = index;
      if (this.#isDue()) yield;
      if (columns !== undefined && index > 0 && item.type === "list") {
        yield* this.#visitRow(item, columns, inside);
      } else if (item.type === "leaf") this.#visitLeaf(item, inside);
      else yield* this.visit(item, inside);
    }
  }

  /** The first row of a table, when its texts are names of columns and one of them tells a kind. */
  #headerOf({ items }: ListNode): readonly string[] | undefined {
    const [first, second] = items;
    if (first?.type !== "list" || second?.type !== "list") return undefined;
    if (first.items.length > MOST_COLUMNS) return undefined;
    const names = textsOf(first);
    return names !== undefined && names.some((name) => this.#hints.get(name).length > 0)
      ? names
      : undefined;
  }

  *#visitRow(
    row: ListNode,
    columns: readonly string[],
    around: Surroundings,
  ): Generator<void> {
    const inside: Surroundings = {
      key: "",
      parent: "",
      owner: placeOf(around),
      step: 0,
      isBesidePerson: columns.some((column) => this.#isOfPerson(this.#hints.get(column))),
    };
    for (const [index, item] of row.items.entries()) {
      if (this.#isDue()) yield;
      inside.key = columns[index] ?? "";
      inside.step = index;
      yield* this.visit(item, inside);
    }
  }

  *#visitRecord(record: RecordNode, around: Surroundings): Generator<void> {
    const keys: string[] = [];
    let columnsAt = -1;
    for (const { value } of record.names) {
      if (this.#isDue()) yield;
      if (columnsAt < 0 && COLUMN_FIELDS.has(String(value).toLowerCase())) columnsAt = keys.length;
      keys.push(String(value));
    }
    const columns = columnsOf(record.values[columnsAt]);
    const label = this.#labelOf(record, keys);
    const inside: Surroundings = {
      key: "",
      parent: around.key,
      owner: placeOf(around),
      step: undefined,
      isBesidePerson: yield* this.#hasKeyOfPerson(keys, around.key),
    };
    for (let index = 0; index < keys.length; index++) {
      if (this.#isDue()) yield;
      const key = keys[index]!;
      const value = record.values[index]!;
      inside.key = key;
      inside.step = record.names[index];
      if (label !== undefined && NAMED_FIELDS.has(key.toLowerCase())) inside.key = label;
      if (columns !== undefined && value.type === "list" && ROW_FIELDS.has(key.toLowerCase())) {
        yield* this.#visitRows(value, columns, inside);
      } else if (value.type === "leaf") this.#visitLeaf(value, inside);
      else yield* this.visit(value, inside);
    }
  }

  *#hasKeyOfPerson(keys: readonly string[], parent: string): Generator<void, boolean> {
    for (const key of keys) {
      if (this.#isDue()) yield;
      if (this.#isOfPerson(this.#hints.get(key, parent))) return true;
    }
    return false;
  }

  *#visitRows(
    rows: ListNode,
    columns: readonly string[],
    around: Surroundings,
  ): Generator<void> {
    const inside: Surroundings = { ...around, owner: placeOf(around), step: 0 };
    for (const [index, row] of rows.items.entries()) {
      inside.step = index;
      if (row.type === "list") yield* this.#visitRow(row, columns, inside);
      else yield* this.visit(row, inside);
    }
  }

  /** The text that names the value beside it, when it tells a kind. */
  #labelOf(record: RecordNode, keys: readonly string[]): string | undefined {
    if (keys.length > MOST_LABELLED || !keys.some((key) => NAMED_FIELDS.has(key.toLowerCase()))) {
      return undefined;
    }
    for (const field of NAMING_FIELDS) {
      const node = record.values[keys.findIndex((key) => key.toLowerCase() === field)];
      if (node?.type !== "leaf" || typeof node.value !== "string") continue;
      if (this.#hints.get(node.value).length > 0) return node.value;
    }
    return undefined;
  }

  #isOfPerson(hints: readonly KeyHint[]): boolean {
    return hints.some(({ kind, certainty }) =>
      OF_PERSON.has(kind) || (kind === "PERSON" && certainty === "named")
    );
  }
}

function placeOf({ owner, step }: Surroundings): Place | undefined {
  return step === undefined ? owner : { owner, step, path: undefined };
}

function columnsOf(node: Node | undefined): readonly string[] | undefined {
  if (node?.type !== "list") return undefined;
  return textsOf(node) ?? node.items.map((item) => {
    if (item.type !== "record") return "";
    const name = item.values[item.names.findIndex(({ value }) => value === "name")];
    return name?.type === "leaf" ? String(name.value) : "";
  });
}

function textsOf({ items }: ListNode): readonly string[] | undefined {
  const texts = items.map((item) =>
    item.type === "leaf" && typeof item.value === "string" ? item.value : undefined
  );
  return texts.length > 0 && texts.every((text) => text !== undefined && text.length < 60)
    ? texts as string[]
    : undefined;
}

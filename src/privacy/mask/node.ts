import type { KeyHint } from "../detect/key_phrases.ts";
import type { IntList } from "../detect/lexer.ts";
import type { Finding } from "../detect/scan.ts";
import type { Scalar } from "../vault/vault_entry.ts";

/** A value as the masker sees it: a snapshot, so that nothing changes while it is worked on. */
export type Node = LeafNode | ListNode | RecordNode | JsonNode | FixedNode | AgainNode;

/** A text, or a number whose key may say that it is personal. */
export interface LeafNode {
  readonly type: "leaf";
  readonly value: Scalar;
  /** What its key says. */
  hints: readonly KeyHint[];
  /** Whether the fields beside it are a person's. */
  isBesidePerson: boolean;
  /** What a field rule wants. */
  rule: string | undefined;
  /** Where what holds it stands. */
  owner: Place | undefined;
  /** Its name there, or its place in a list. */
  step: LeafNode | number | undefined;
  /** The kind of the whole value. */
  kind: string | undefined;
  /** What was found in it. */
  findings: readonly Finding[];
  /** What stands in its place afterwards. */
  result: Scalar;
}

/** Items in order. */
export interface ListNode {
  readonly type: "list";
  readonly items: Node[];
  readonly made: "array" | "set";
}

/** Values by name. */
export interface RecordNode {
  readonly type: "record";
  readonly names: LeafNode[];
  readonly values: Node[];
  readonly made: "object" | "map" | "error";
}

/** A text that is JSON itself. */
export interface JsonNode {
  readonly type: "json";
  readonly text: string;
  readonly root: Node;
  /** What may be written anew, in the order of the text. */
  readonly parts: readonly (LeafNode | JsonNode)[];
  /** Where each part begins, with its quote, and where it ends: two numbers for each. */
  readonly places: IntList;
}

/** What is passed on as it is, or a marker in the place of what cannot be. */
export interface FixedNode {
  readonly type: "fixed";
  readonly value: unknown;
}

/** A list or record that was seen before: a circle, or a part that two places share. */
export interface AgainNode {
  readonly type: "again";
  readonly node: Node;
}

/** The way to a list or a record, the last step first. */
export interface Place {
  readonly owner: Place | undefined;
  /** The name's own leaf, which may be masked, or a place in a list. */
  readonly step: LeafNode | number;
  /** The path as text, once somebody has asked. */
  path: string | undefined;
}

/** So many different names share their leaves; with more, nearly none would. */
export const MOST_SHARED_NAMES = 20_000;

/** Makes a leaf that nothing is known about. */
export function makeLeaf(value: Scalar): LeafNode {
  return {
    type: "leaf",
    value,
    hints: NO_HINTS,
    isBesidePerson: false,
    rule: undefined,
    owner: undefined,
    step: undefined,
    kind: undefined,
    findings: NO_FINDINGS,
    result: value,
  };
}

const NO_HINTS: readonly KeyHint[] = [];
const NO_FINDINGS: readonly Finding[] = [];

/** The path of a leaf for the audit: its names as they left, for a name may be personal too. */
export function pathOf({ owner, step }: LeafNode): string {
  return step === undefined ? "" : joinPath(placePath(owner), step);
}

/** The names on the way to a leaf, without places in lists. */
export function stepsOf({ owner, step }: LeafNode): string[] {
  const steps: string[] = [];
  if (typeof step === "object") steps.unshift(String(step.value));
  for (let at = owner; at !== undefined; at = at.owner) {
    if (typeof at.step !== "number") steps.unshift(String(at.step.value));
  }
  return steps;
}

function placePath(place: Place | undefined): string {
  if (place === undefined) return "";
  return place.path ??= joinPath(placePath(place.owner), place.step);
}

function joinPath(path: string, step: LeafNode | number): string {
  const name = typeof step === "number" ? step : step.result;
  return path === "" ? String(name) : `${path}.${name}`;
}

import { isJsonObject, type JsonObject, jsonTypeOf, ownValue } from "../../text/json_value.ts";
import { safeText } from "./safe_text.ts";
import {
  type FieldNode,
  intersectionOf,
  NEVER,
  type ObjectNode,
  type TupleNode,
  type TypeNode,
} from "./type_node.ts";

/** A search for an example ends without one after this many types. */
const MAX_STEPS = 2_000;
const MAX_TRIES = 20;

/** An example of a type, boxed, as `null` may be one. */
export interface Example {
  readonly value: unknown;
}

/** A small value that TypeScript takes for the type, if one is found. */
export function exampleValue(type: TypeNode, types: TypesByName): Example | undefined {
  return find(type, { types, open: new Set(), limit: { stepsLeft: MAX_STEPS } });
}

interface Search {
  readonly types: TypesByName;
  /** Names of the types around this one: a value that contains itself would never end. */
  readonly open: ReadonlySet<string>;
  readonly limit: { stepsLeft: number };
}

function find(type: TypeNode, search: Search): Example | undefined {
  if (search.limit.stepsLeft-- <= 0) return undefined;
  const example = (inner: TypeNode): Example | undefined => find(inner, search);
  switch (type.kind) {
    case "unknown":
    case "string":
      return { value: type.kind === "string" ? type.sample ?? "..." : "..." };
    case "number":
      return { value: type.sample ?? 1 };
    case "boolean":
      return { value: true };
    case "null":
      return { value: null };
    case "literal":
      return { value: type.value };
    case "nothing_more":
      return { value: {} };
    case "array":
      return listExample(Array(type.sampleLength).fill(type.item), example) ?? { value: [] };
    case "tuple":
      return listExample(type.items.slice(0, Math.max(type.required, 1)), example);
    case "object":
      return objectExample(type, example);
    case "union":
      return unionExample(type.members, example);
    case "intersection":
      return intersectionExample(type, search);
    case "name":
      return namedExample(type.name, search);
    default:
      return undefined;
  }
}

function namedExample(name: string, search: Search): Example | undefined {
  const type = search.types.get(name);
  if (!type || search.open.has(name)) return undefined;
  return find(type, { ...search, open: new Set([...search.open, name]) });
}

type ExampleOf = (type: TypeNode) => Example | undefined;

function listExample(items: readonly TypeNode[], example: ExampleOf) {
  const value: unknown[] = [];
  for (const item of items) {
    const found = example(item);
    if (!found) return undefined;
    value.push(found.value);
  }
  return { value };
}

function objectExample({ fields }: ObjectNode, example: ExampleOf): Example | undefined {
  const required = fields.filter(({ presence }) => presence === "required");
  const found = listExample(required.map(({ type }) => type), example)?.value;
  if (!found) return undefined;
  return { value: Object.fromEntries(required.map(({ key }, at) => [key, found[at]])) };
}

function unionExample(members: readonly TypeNode[], example: ExampleOf): Example | undefined {
  const telling = members.filter(({ kind }) => kind !== "null");
  for (const member of [...telling, ...members].slice(0, MAX_TRIES)) {
    const found = example(member);
    if (found) return found;
  }
  return undefined;
}

/** One object with the fields of all members, and of the first branch of each choice that fits. */
function intersectionExample(
  type: TypeNode & { readonly kind: "union" | "intersection" },
  search: Search,
): Example | undefined {
  const names = type.members.flatMap((member) => member.kind === "name" ? [member.name] : []);
  if (names.some((name) => search.open.has(name))) return undefined;
  const inner: Search = { ...search, open: new Set([...search.open, ...names]) };
  for (const members of alternatives(type.members, search.types)) {
    const objects = members.filter((member) => member.kind === "object");
    const found = objects.length === members.length
      ? find(mergedObject(objects), inner)
      : members.map((member) => find(member, inner))
        .find((each) => each && fitsType(each.value, type, search.types));
    if (found && fitsType(found.value, type, search.types)) return found;
  }
  return undefined;
}

/** The ways to take one branch of each choice. */
function alternatives(members: readonly TypeNode[], types: TypesByName): TypeNode[][] {
  let found: TypeNode[][] = [[]];
  for (const member of members) {
    const known = member.kind === "name" ? types.get(member.name) ?? NEVER : member;
    const branches = known.kind === "union" ? known.members : [known];
    const flat = branches.map((each) => each.kind === "intersection" ? each.members : [each]);
    const extended = found.flatMap((chosen) => flat.map((branch) => [...chosen, ...branch]));
    found = extended.slice(0, MAX_TRIES);
  }
  return found.map((chosen) => chosen.filter(({ kind }) => kind !== "nothing_more"));
}

function mergedObject(objects: readonly ObjectNode[]): ObjectNode {
  const fields = new Map<string, FieldNode>();
  for (const field of objects.flatMap(({ fields }) => fields)) {
    const other = fields.get(field.key);
    const isRequired = [field, other].some((each) => each?.presence === "required");
    fields.set(field.key, {
      key: field.key,
      presence: isRequired ? "required" : "optional",
      type: other ? intersectionOf([other.type, field.type]) : field.type,
    });
  }
  return { kind: "object", fields: [...fields.values()] };
}

/** The types that names stand for. */
export type TypesByName = ReadonlyMap<string, TypeNode>;

/** Limit of `fitsType`: alternatives inside alternatives could take for ever. */
const MAX_FIT_STEPS = 5_000;

/** Whether TypeScript would take the JSON value, written out in full, for the type. */
export function fitsType(value: unknown, type: TypeNode, types: TypesByName): boolean {
  let stepsLeft = MAX_FIT_STEPS;
  const fits = (inner: unknown, node: TypeNode): boolean => {
    if (stepsLeft-- <= 0) return false;
    switch (node.kind) {
      case "unknown":
        return true;
      case "string":
      case "number":
      case "boolean":
      case "null":
        return jsonTypeOf(inner) === node.kind;
      case "literal":
        return inner === node.value;
      case "nothing_more":
        return isJsonObject(inner);
      case "array":
        return Array.isArray(inner) && inner.every((item) => fits(item, node.item));
      case "tuple":
        return Array.isArray(inner) && fitsTuple(inner, node, fits);
      case "object":
        return isJsonObject(inner) && fitsObject(inner, node, fits);
      case "union":
        return node.members.some((member) => fits(inner, member));
      case "intersection":
        return node.members.every((member) => fits(inner, member));
      case "name":
        return fits(inner, types.get(node.name) ?? NEVER);
      default:
        return false;
    }
  };
  return fits(value, type);
}

type Fits = (value: unknown, type: TypeNode) => boolean;

function fitsTuple(value: readonly unknown[], type: TupleNode, fits: Fits): boolean {
  if (value.length < type.required) return false;
  return value.every((item, at) => fits(item, type.items[at] ?? type.rest ?? NEVER));
}

/** Keys that the type does not name may be those of another member of its intersection. */
function fitsObject(value: JsonObject, type: ObjectNode, fits: Fits): boolean {
  return type.fields.every(({ key, presence, type: field }) =>
    Object.hasOwn(value, key) ? fits(ownValue(value, key), field) : presence === "optional"
  );
}

const MAX_SAMPLE_CHARS = 60;

const SAMPLES_BY_FORMAT = new Map<unknown, string>([
  ["date-time", "2026-01-31T12:00:00Z"],
  ["date", "2026-01-31"],
  ["time", "12:00:00Z"],
  ["email", "ada@example.com"],
  ["uri", "https://example.com"],
  ["url", "https://example.com"],
  ["uuid", "123e4567-e89b-42d3-a456-426614174000"],
  ["ipv4", "192.0.2.1"],
  ["hostname", "example.com"],
]);

/** A string of the schemas for an example: short, safe in a comment. */
export function sampleString(sources: readonly JsonObject[]): string {
  const given = suggestionsOf(sources).find((value) =>
    typeof value === "string" && value !== "" && safeText(value, MAX_SAMPLE_CHARS) === value
  );
  if (typeof given === "string") return given;
  return sources.map(({ format }) => SAMPLES_BY_FORMAT.get(format)).find(Boolean) ?? "...";
}

/** A number of the schemas for an example. */
export function sampleNumber(sources: readonly JsonObject[]): number {
  const given = suggestionsOf(sources).find((value) => typeof value === "number");
  if (typeof given === "number") return given;
  const [min = 1, max = Infinity] = ["minimum", "maximum"].map((bound) =>
    sources.map((source) => source[bound]).find((value) => typeof value === "number")
  );
  return Math.min(Math.max(1, min), max);
}

function suggestionsOf(sources: readonly JsonObject[]): unknown[] {
  return sources.flatMap(({ examples, example, default: fallback }) => [
    ...(Array.isArray(examples) ? examples.slice(0, 4) : []),
    example,
    fallback,
  ]);
}

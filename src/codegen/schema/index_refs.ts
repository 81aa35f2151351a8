import { isJsonObject, type JsonObject, ownValue } from "../../text/json_value.ts";

/** What a `$ref` points to. */
export interface RefTarget {
  readonly schema: JsonObject | boolean;
  /** The name that its author gave it, as far as the reference shows. */
  readonly nameHint: string;
}

/** The references of one schema document; nothing outside the document is ever read. */
export interface RefIndex {
  /** What a reference in `holder` points to; `undefined` where the document has no such thing. */
  readonly resolve: (ref: string, holder: JsonObject) => RefTarget | undefined;
  /** The target that this very schema is, if a reference points to it. */
  readonly targetAt: (schema: unknown) => RefTarget | undefined;
  /** Whether the target may contain itself. */
  readonly isRecursive: (target: RefTarget) => boolean;
}

/** A part of the document with a URI of its own; the whole document is one. */
interface Resource {
  readonly root: JsonObject;
  readonly uri: string;
  readonly anchors: Map<string, JsonObject>;
}

/** Finds all references of a schema document and what they point to. */
export function indexRefs(root: JsonObject): RefIndex {
  const resources = new Map<string, Resource>();
  const holders = new Map<JsonObject, Resource>();
  const whole: Resource = { root, uri: "", anchors: new Map() };
  walkSchemas(root, whole, (schema, outer) => {
    const resource = readIds(schema, outer, resources);
    if (refsOf(schema).length > 0) holders.set(schema, resource);
    return resource;
  });
  const targets = new Map<JsonObject, RefTarget>();
  const resolve = (ref: string, holder: JsonObject): RefTarget | undefined => {
    const schema = findSchema(ref, holders.get(holder) ?? whole, { whole, resources });
    if (typeof schema === "boolean") return { schema, nameHint: "" };
    if (!schema) return undefined;
    const known = targets.get(schema) ?? { schema, nameHint: nameHintOf(ref) };
    targets.set(schema, known);
    return known;
  };
  for (const holder of holders.keys()) refsOf(holder).forEach((ref) => resolve(ref, holder));
  const edges = targets.size === 0 ? [] : edgesBetween(root, targets, resolve);
  const recursive = findRecursive(edges);
  return {
    resolve,
    targetAt: (schema) => isJsonObject(schema) ? targets.get(schema) : undefined,
    isRecursive: (target) => recursive.has(target.schema),
  };
}

/** Which target contains which, and which refers to which. */
function edgesBetween(
  root: JsonObject,
  targets: ReadonlyMap<JsonObject, RefTarget>,
  resolve: RefIndex["resolve"],
): [from: unknown, to: unknown][] {
  const edges: [unknown, unknown][] = [];
  walkSchemas(root, root, (schema, outer) => {
    const owner = targets.has(schema) ? schema : outer;
    if (owner !== outer) edges.push([outer, owner]);
    for (const ref of refsOf(schema)) {
      const target = resolve(ref, schema);
      if (target) edges.push([owner, target.schema]);
    }
    return owner;
  });
  return edges;
}

function refsOf(schema: JsonObject): string[] {
  return [schema.$ref, schema.$dynamicRef, schema.$recursiveRef]
    .filter((ref) => typeof ref === "string");
}

function readIds(schema: JsonObject, outer: Resource, resources: Map<string, Resource>): Resource {
  const id = [ownValue(schema, "$id"), ownValue(schema, "id")].find((id) => typeof id === "string");
  let resource = outer;
  if (id?.startsWith("#")) {
    outer.anchors.set(id.slice(1), schema);
  } else if (id !== undefined) {
    const uri = absoluteUri(id, outer.uri);
    resource = { root: schema, uri, anchors: new Map() };
    if (!resources.has(uri)) resources.set(uri, resource);
  }
  for (const keyword of ["$anchor", "$dynamicAnchor"]) {
    const anchor = ownValue(schema, keyword);
    if (typeof anchor === "string") resource.anchors.set(anchor, schema);
  }
  return resource;
}

function findSchema(
  ref: string,
  holding: Resource,
  { whole, resources }: { whole: Resource; resources: ReadonlyMap<string, Resource> },
): JsonObject | boolean | undefined {
  const hash = ref.indexOf("#");
  const uri = hash < 0 ? ref : ref.slice(0, hash);
  const fragment = hash < 0 ? "" : decodeFragment(ref.slice(hash + 1));
  // A reference from a part with its own URI often still means the whole document.
  const candidates = uri === "" ? [holding, whole] : [resources.get(absoluteUri(uri, holding.uri))];
  for (const resource of candidates) {
    if (!resource) continue;
    const found = fragment === ""
      ? resource.root
      : fragment.startsWith("/")
      ? pointerValue(resource.root, fragment)
      : resource.anchors.get(fragment);
    if (isJsonObject(found) || typeof found === "boolean") return found;
  }
  return undefined;
}

function absoluteUri(uri: string, base: string): string {
  const absolute = URL.parse(uri, base || "schema:///")?.href ?? uri;
  return absolute.replace(/#.*$/s, "");
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

const NO_NAMES = new Set([
  ...["properties", "items", "$defs", "definitions", "anyOf", "oneOf", "allOf", "prefixItems"],
  ...["additionalProperties", "patternProperties", "components", "schemas", "not"],
]);

function nameHintOf(ref: string): string {
  const segments = decodeFragment(ref).split(/[/#]/)
    .filter((segment) => segment !== "" && !NO_NAMES.has(segment) && !/^\d+$/.test(segment));
  const name = segments.at(-1) ?? "";
  return ref.endsWith("/items") && name !== "" ? `${name}_item` : name;
}

/** The value at a JSON pointer (RFC 6901, no `%` left); `undefined` where there is none. */
function pointerValue(root: unknown, pointer: string): unknown {
  let value = root;
  for (const segment of pointer.split("/").slice(1)) {
    const key = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) value = /^\d+$/.test(key) ? value[Number(key)] : undefined;
    else if (isJsonObject(value)) value = ownValue(value, key);
    else return undefined;
  }
  return value;
}

/** Keywords whose value is data, not schemas. */
const DATA = new Set(["const", "enum", "default", "examples", "example"]);

/** Keywords whose value has a schema for each of its keys. */
const MAPS = new Set([
  ...["properties", "patternProperties", "dependentSchemas", "dependencies"],
  ...["$defs", "definitions"],
]);

/**
 * Calls `visit` for the schema and each one inside it, outer ones first. What it returns for one
 * is `context` for those directly inside. Without recursion: a schema may be nested deeper than
 * the stack.
 */
function walkSchemas<Context>(
  root: JsonObject,
  start: Context,
  visit: (schema: JsonObject, context: Context) => Context,
): void {
  const todo: { value: unknown; context: Context; kind: "schema" | "map" }[] = [
    { value: root, context: start, kind: "schema" },
  ];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { value, context, kind } = next;
    if (Array.isArray(value)) {
      for (const each of value) todo.push({ value: each, context, kind: "schema" });
    } else if (isJsonObject(value)) {
      const inner = kind === "schema" ? visit(value, context) : context;
      for (const key of Object.keys(value)) {
        if (kind === "schema" && DATA.has(key)) continue;
        const isMap = kind === "schema" && MAPS.has(key);
        todo.push({ value: value[key], context: inner, kind: isMap ? "map" : "schema" });
      }
    }
  }
}

/**
 * The nodes of a graph that are in a cycle, or on a path between two: those that remain when nodes
 * without an outgoing edge, and those without an incoming one, are taken away again and again.
 */
export function findRecursive<Node>(edges: readonly (readonly [Node, Node])[]): Set<Node> {
  const ends = withoutDeadEnds(edges);
  const both = withoutDeadEnds(ends.map(([from, to]) => [to, from] as const));
  return new Set(both.flat());
}

/** The edges that lead into a cycle or are part of one. */
function withoutDeadEnds<Node>(
  edges: readonly (readonly [Node, Node])[],
): (readonly [Node, Node])[] {
  const sources = Map.groupBy(edges, ([, to]) => to);
  const waysOut = new Map(edges.map(([, to]) => [to, 0]));
  for (const [from] of edges) waysOut.set(from, (waysOut.get(from) ?? 0) + 1);
  const dead = [...waysOut].filter(([, count]) => count === 0).map(([node]) => node);
  for (let node = dead.pop(); node !== undefined; node = dead.pop()) {
    for (const [source] of sources.get(node) ?? []) {
      const left = waysOut.get(source)! - 1;
      waysOut.set(source, left);
      if (left === 0) dead.push(source);
    }
  }
  return edges.filter(([, to]) => waysOut.get(to) !== 0);
}

/** A TypeScript type as data: what a schema becomes before it is printed. */
export type TypeNode =
  | { readonly kind: "unknown" | "never" | "boolean" | "null" | "undefined" | "function" }
  /** `{}`: the branch of a choice that asks for nothing. */
  | { readonly kind: "nothing_more" }
  /** `sample` is a value to show in an example. */
  | { readonly kind: "string"; readonly sample?: string }
  | { readonly kind: "number"; readonly sample?: number }
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  | { readonly kind: "array"; readonly item: TypeNode; readonly sampleLength: number }
  | TupleNode
  | ObjectNode
  | { readonly kind: "union" | "intersection"; readonly members: readonly TypeNode[] }
  | { readonly kind: "name"; readonly name: string };

/** A list with a type for each place; those from `required` on may be missing. */
export interface TupleNode {
  readonly kind: "tuple";
  readonly items: readonly TypeNode[];
  readonly required: number;
  readonly rest?: TypeNode;
}

/** An object; without fields and without `index` only `{}` fits. */
export interface ObjectNode {
  readonly kind: "object";
  readonly fields: readonly FieldNode[];
  /** The type of all other keys; none are allowed where it is missing. */
  readonly index?: TypeNode;
}

/** One key of an object. */
export interface FieldNode {
  readonly key: string;
  readonly presence: "required" | "optional";
  readonly type: TypeNode;
  /** One line of safe text. */
  readonly doc?: string;
}

/** A type with a name of its own in a wrapper file. */
export interface NamedType {
  readonly name: string;
  readonly type: TypeNode;
  readonly doc?: string;
}

/** Anything at all. */
export const UNKNOWN: TypeNode = { kind: "unknown" };
/** No value fits. */
export const NEVER: TypeNode = { kind: "never" };

/** The type with `change` applied to each type directly inside it. */
export function mapInner(node: TypeNode, change: (inner: TypeNode) => TypeNode): TypeNode {
  switch (node.kind) {
    case "array":
      return { ...node, item: change(node.item) };
    case "tuple":
      return {
        ...node,
        items: node.items.map(change),
        ...(node.rest && { rest: change(node.rest) }),
      };
    case "object":
      return {
        ...node,
        fields: node.fields.map((field) => ({ ...field, type: change(field.type) })),
        ...(node.index && { index: change(node.index) }),
      };
    case "union":
    case "intersection":
      return { ...node, members: node.members.map(change) };
    default:
      return node;
  }
}

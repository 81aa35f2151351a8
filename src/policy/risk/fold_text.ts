import type { AnyNode, Node } from "acorn";

const MAX_LENGTH = 200;
const MAX_DEPTH = 32;

/** Names of a module that stand for one expression and nothing else. */
export type Constants = ReadonlyMap<string, Node>;

/** The text that an expression always gives, where it does: `"con" + "structor"`. */
export function foldText(node: Node, constants: Constants, depth = 0): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const fold = (inner: Node) => foldText(inner, constants, depth + 1);
  const text = foldNode(node as AnyNode, { fold, constants });
  return text === undefined || text.length > MAX_LENGTH ? undefined : text;
}

interface FoldOptions {
  readonly constants: Constants;
  fold(node: Node): string | undefined;
}

function foldNode(node: AnyNode, { fold, constants }: FoldOptions): string | undefined {
  switch (node.type) {
    case "Literal":
      return typeof node.value === "string" || typeof node.value === "number"
        ? String(node.value)
        : undefined;
    case "TemplateLiteral":
      return joinTexts(
        node.quasis.flatMap((quasi, index) => {
          const inner = node.expressions[index];
          return inner
            ? [quasi.value.cooked ?? undefined, fold(inner)]
            : [quasi.value.cooked ?? undefined];
        }),
        "",
      );
    case "BinaryExpression":
      return node.operator === "+" ? joinTexts([fold(node.left), fold(node.right)], "") : undefined;
    case "Identifier": {
      const constant = constants.get(node.name);
      return constant && fold(constant);
    }
    case "CallExpression":
      return foldCall(node, { fold, constants });
    default:
      return undefined;
  }
}

/** `["a", "b"].join("")`, `"a".concat("b")`, `[..."ab"].reverse().join("")` and their kind. */
function foldCall(
  { callee, arguments: args }: Extract<AnyNode, { type: "CallExpression" }>,
  { fold }: FoldOptions,
): string | undefined {
  if (callee.type !== "MemberExpression" || callee.computed) return undefined;
  if (callee.property.type !== "Identifier") return undefined;
  const { object, property: { name } } = callee;
  if (name === "join" && object.type === "ArrayExpression") {
    const separator = args[0] ? fold(args[0]) : ",";
    const texts = object.elements.map((item) => item ? fold(item) : undefined);
    return separator === undefined ? undefined : joinTexts(texts, separator);
  }
  if (name === "concat") return joinTexts([fold(object), ...args.map(fold)], "");
  if (name === "toLowerCase" || name === "toString" || name === "trim") {
    return fold(object)?.[name]();
  }
  if (name === "fromCharCode" && object.type === "Identifier" && object.name === "String") {
    const codes = args.map((item) => Number(fold(item) ?? NaN));
    return codes.some(Number.isNaN) ? undefined : String.fromCharCode(...codes);
  }
  return undefined;
}

function joinTexts(texts: readonly (string | undefined)[], separator: string): string | undefined {
  return texts.includes(undefined) ? undefined : texts.join(separator);
}

import type { ErrorObject } from "ajv";
import { AirlockError } from "../model/errors.ts";
import type { Tool, ToolProblem } from "../model/tool.ts";
import { compileSchema, type SchemaCheck } from "./compile_schema.ts";
import { measureJson } from "./measure_json.ts";

/** Arguments with more values are left to the server: a check would hold up all other work. */
const MAX_CHECKED_VALUES = 50_000;

/**
 * Checks the arguments of a call against the tool's schema. `onProblem` is called once with a schema
 * that cannot be used; the server then judges the arguments.
 *
 * @throws {AirlockError} ARGUMENTS_INVALID, with the field and what was expected of it
 *
 * @example
 * ```ts
 * import { validateArguments } from "./validate_arguments.ts";
 *
 * const tool = { name: "ping", inputSchema: { type: "object", required: ["host"] } };
 * await validateArguments(tool, { host: "localhost" }, { server: "net" });
 * ```
 */
export async function validateArguments(
  tool: Tool,
  args: unknown,
  { server, onProblem = () => {} }: {
    readonly server: string;
    readonly onProblem?: (problem: ToolProblem) => void;
  },
): Promise<void> {
  const check = checks.get(tool) ?? compile(server, tool, onProblem);
  checks.set(tool, check);
  if (measureJson(args, { maxValues: MAX_CHECKED_VALUES }).values > MAX_CHECKED_VALUES) return;
  const errors = (await check)(args);
  if (errors.length === 0) return;
  throw new AirlockError(
    "ARGUMENTS_INVALID",
    `Cannot call ${server}.${tool.name}: ${explainSchemaErrors(errors)}`,
  );
}

/** By tool: a tool that is listed again is another object. */
const checks = new WeakMap<Tool, Promise<SchemaCheck>>();

async function compile(
  server: string,
  { name, inputSchema }: Tool,
  onProblem: (problem: ToolProblem) => void,
): Promise<SchemaCheck> {
  try {
    return await compileSchema(inputSchema);
  } catch {
    const message = "Arguments are not checked: inputSchema cannot be compiled";
    onProblem({ server, tool: name, message });
    return await compileSchema({ type: "object" });
  }
}

/** Shown names or values of a list. */
const MAX_SHOWN = 12;
const MAX_SHOWN_CHARS = 80;

/**
 * Tells in one line what a value should have been, by the name of the field. The value itself, which
 * may be confidential, is not in it.
 */
function explainSchemaErrors(errors: readonly ErrorObject[]): string {
  const last = errors.at(-1);
  if (last === undefined) return "the arguments do not fit";
  const inner = errors.slice(0, -1);
  switch (last.keyword) {
    case "anyOf":
    case "oneOf":
      return explainChoice(last, inner);
    case "if":
      return inner.length > 0 ? explainSchemaErrors(inner) : explainOne(last);
    case "propertyNames":
      return `"${shorten(String(last.params.propertyName))}" is not a valid name`;
    default:
      return explainOne(last);
  }
}

/** Tells the closest of several shapes that a value does not have. */
function explainChoice(choice: ErrorObject, inner: readonly ErrorObject[]): string {
  const own = inner.filter(({ instancePath }) => instancePath === choice.instancePath);
  if (inner.length === 0) return `${nameField(choice)} must match exactly one of its shapes`;
  if (own.length === inner.length && own.every(({ keyword }) => keyword === "type")) {
    const types = new Set(own.flatMap(({ params }) => params.type as string | string[]));
    return `${nameField(choice)} must be ${[...types].join(" or ")}`;
  }
  const depth = ({ instancePath }: ErrorObject) => instancePath.split("/").length;
  const closest = inner.reduce((best, error) => depth(error) > depth(best) ? error : best);
  return closest.instancePath === choice.instancePath
    ? `${nameField(choice)} must match one of its shapes, such as: ${explainOne(closest)}`
    : explainOne(closest);
}

function explainOne(error: ErrorObject): string {
  const { keyword, params, message, parentSchema } = error;
  const field = nameField(error);
  const known = Object.keys((parentSchema as { properties?: object })?.properties ?? {});
  switch (keyword) {
    case "required":
      return `${nameField(error, params.missingProperty)} is missing`;
    case "additionalProperties":
    case "unevaluatedProperties":
      return `${nameField(error, params.additionalProperty ?? params.unevaluatedProperty)} ` +
        `is not known${known.length === 0 ? "" : `; known are ${list(known)}`}`;
    case "type":
      return `${field} must be ${[params.type].flat().join(" or ")}`;
    case "enum":
      return `${field} must be one of ${list(params.allowedValues)}`;
    case "const":
      return `${field} must be ${shorten(JSON.stringify(params.allowedValue))}`;
    case "false schema":
      return `${field} is not allowed`;
    default:
      return `${field} ${shorten(message ?? "does not fit")}`;
  }
}

/** `/filters/0/age` reads `"filters[0].age"`. */
function nameField({ instancePath }: ErrorObject, property?: string): string {
  const parts = instancePath.split("/").slice(1).map((part) =>
    part.replaceAll("~1", "/").replaceAll("~0", "~")
  );
  if (property !== undefined) parts.push(property);
  if (parts.length === 0) return "the arguments";
  const path = parts.reduce((path, part) =>
    /^\d+$/.test(part) ? `${path}[${part}]` : `${path}.${part}`
  );
  return `"${shorten(path)}"`;
}

function list(values: readonly unknown[]): string {
  const shown = values.slice(0, MAX_SHOWN).map((value) => shorten(JSON.stringify(value)));
  const more = values.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function shorten(text: string): string {
  if (text.length <= MAX_SHOWN_CHARS) return text;
  return `${text.slice(0, MAX_SHOWN_CHARS).toWellFormed()}…`;
}

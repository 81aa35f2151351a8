import type { ErrorObject } from "ajv";
import { AirlockError } from "../model/errors.ts";
import type { Tool, ToolProblem } from "../model/tool.ts";
import { compileSchema, type SchemaCheck } from "./compile_schema.ts";
import { measureJson } from "./measure_json.ts";

/** More values take longer than others can wait. */
const MAX_CHECKED_VALUES = 50_000;

/** Options of {@linkcode validateArguments}. */
export interface ValidateArgumentsOptions {
  /** The server that the tool is of. */
  readonly server: string;
  /** Told once of a schema that cannot be used; its server is left to judge the arguments. */
  readonly onProblem?: (problem: ToolProblem) => void;
}

/**
 * Checks the arguments of a call against the tool's schema.
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
  { server, onProblem = () => {} }: ValidateArgumentsOptions,
): Promise<void> {
  let check = checks.get(tool);
  if (check === undefined) {
    check = compile(tool, { server, onProblem });
    checks.set(tool, check);
  }
  // What has more values than can be checked at a stretch is left to its server.
  if (measureJson(args, { maxValues: MAX_CHECKED_VALUES }).values > MAX_CHECKED_VALUES) return;
  const errors = (await check)(args);
  if (errors.length === 0) return;
  throw new AirlockError(
    "ARGUMENTS_INVALID",
    `Cannot call ${server}.${tool.name}: ${explainSchemaErrors(errors)}`,
  );
}

/** A tool that is listed anew is another object. */
const checks = new WeakMap<Tool, Promise<SchemaCheck>>();

async function compile(
  { name, inputSchema }: Tool,
  { server, onProblem }: Required<ValidateArgumentsOptions>,
): Promise<SchemaCheck> {
  try {
    return await compileSchema(inputSchema);
  } catch {
    const message = "Arguments are not checked: inputSchema cannot be compiled";
    onProblem({ server, tool: name, message });
    return await compileSchema({ type: "object" });
  }
}

/** How many of a list of names or values are shown. */
const MAX_SHOWN = 12;
const MAX_SHOWN_CHARS = 80;

/**
 * Says in one line what a value should have been, by the name of the field. The value itself is
 * not in it: it may be what must not be shown.
 */
export function explainSchemaErrors(errors: readonly ErrorObject[]): string {
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

/** A value that fits none of several shapes: the shape it comes closest to is the one to name. */
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
  const { keyword, params, message } = error;
  const field = nameField(error);
  switch (keyword) {
    case "required":
      return `${nameField(error, params.missingProperty)} is missing`;
    case "additionalProperties":
    case "unevaluatedProperties":
      return `${nameField(error, params.additionalProperty ?? params.unevaluatedProperty)} ` +
        `is not known${explainKnown(error)}`;
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

function explainKnown({ parentSchema }: ErrorObject): string {
  const known = Object.keys((parentSchema as { properties?: object })?.properties ?? {});
  return known.length === 0 ? "" : `; known are ${list(known)}`;
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

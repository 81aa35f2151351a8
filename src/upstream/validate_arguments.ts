import { AirlockError } from "../model/errors.ts";
import { compileSchema, type SchemaCheck } from "./compile_schema.ts";
import { explainSchemaErrors } from "./explain_schema_errors.ts";
import { measureJson } from "./measure_json.ts";
import type { Tool, ToolProblem } from "../model/tool.ts";

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

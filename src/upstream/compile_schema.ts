import { Ajv, type ErrorObject, type Options } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { JsonSchema } from "../model/tool.ts";
import { measureJson } from "./measure_json.ts";
import { isJsonObject } from "../text/json_value.ts";

/** Compiling is linear, but slow: a larger schema would hold up all other work. */
const MAX_SCHEMA_CHARS = 262_144;
const MAX_SCHEMA_DEPTH = 256;
/** References followed in one validation: a few nested choices can multiply without end. */
const MAX_STEPS = 100_000;
/** Characters matched with patterns in one validation. */
const MAX_MATCHED_CHARS = 262_144;
/** Items that are compared with one another. */
const MAX_UNIQUE_ITEMS = 10_000;

/** Returns the errors of a value, in the order they were found. */
export type SchemaCheck = (value: unknown) => readonly ErrorObject[];

/**
 * Compiles a JSON Schema of draft-07 or 2020-12 into a check that ends in bounded time; a value that
 * it cannot decide in that time passes. Nothing is ever fetched.
 *
 * @throws {Error} where the schema cannot be compiled
 */
export async function compileSchema(schema: JsonSchema): Promise<SchemaCheck> {
  const { chars, depth } = measureJson(schema, { maxChars: MAX_SCHEMA_CHARS });
  if (chars > MAX_SCHEMA_CHARS) throw new Error("it is too large");
  if (depth > MAX_SCHEMA_DEPTH) throw new Error("it is nested too deep");
  const budget = new Budget();
  const options = await makeOptions(schema, budget);
  const prepared = prepare(schema) as JsonSchema;
  let validate;
  try {
    validate = makeAjv(isDraft7(schema) ? Ajv : Ajv2020, { options, budget }).compile(prepared);
  } catch (error) {
    if (isDraft7(schema)) throw error;
    // Many schemas of draft-07 have no $schema.
    validate = makeAjv(Ajv, { options, budget }).compile(prepared);
  }
  return (value) => {
    budget.refill();
    try {
      return validate(value) ? [] : validate.errors ?? [];
    } catch (error) {
      // Out of budget, or of stack: the server judges.
      if (error instanceof OverBudget || error instanceof RangeError) return [];
      throw error;
    }
  };
}

function isDraft7(schema: JsonSchema): boolean {
  const dialect = typeof schema === "object" ? schema.$schema : undefined;
  return typeof dialect === "string" && /draft-0[4-7]/.test(dialect);
}

async function makeOptions(schema: JsonSchema, budget: Budget): Promise<Options> {
  return {
    strict: false,
    validateSchema: false,
    // A large definition would be repeated at each reference to it.
    inlineRefs: false,
    // "format" is an annotation, and what servers take for a date or an address differs.
    validateFormats: false,
    // `constructor` and the like are properties of every object otherwise.
    ownProperties: true,
    verbose: true,
    logger: false,
    code: { regExp: await makePatternEngine(schema, budget) },
  };
}

function makeAjv(
  Dialect: typeof Ajv | typeof Ajv2020,
  { options, budget }: { options: Options; budget: Budget },
): Ajv | Ajv2020 {
  const ajv = new Dialect(options);
  ajv.addKeyword({
    keyword: STEP,
    // A reference that fails ends the round: it has to be counted before it is followed.
    before: Dialect === Ajv ? "$ref" : "$dynamicAnchor",
    schema: false,
    errors: false,
    validate: () => {
      budget.takeStep();
      return true;
    },
  });
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    schemaType: "boolean",
    error: { message: "must not have two equal items" },
    validate: (unique: boolean, items: readonly unknown[]) =>
      !unique || items.length > MAX_UNIQUE_ITEMS ||
      new Set(items.map((item) => JSON.stringify(item))).size === items.length,
  });
  return ajv;
}

type PatternEngine = NonNullable<NonNullable<Options["code"]>["regExp"]>;

/** Patterns run on an engine without backtracking, which is loaded for schemas that have any. */
async function makePatternEngine(schema: JsonSchema, budget: Budget): Promise<PatternEngine> {
  const hasPatterns = /"pattern(?:Properties)?":/.test(JSON.stringify(schema));
  const { RE2JS } = hasPatterns ? await import("npm:re2js@2.10.0") : { RE2JS: undefined };
  const compile = (pattern: string) => {
    // The server judges patterns that the engine lacks, and references, which it misreads.
    if (RE2JS === undefined || pattern.includes("\\k")) return undefined;
    try {
      return RE2JS.compile(RE2JS.translateRegExp(pattern));
    } catch {
      return undefined;
    }
  };
  const engine = (pattern: string) => {
    const compiled = compile(pattern);
    return {
      test: (text: string) =>
        compiled === undefined || !budget.takeChars(text.length) || compiled.matcher(text).find(),
      // Ajv tells patterns apart by this.
      toString: () => pattern,
    };
  };
  return Object.assign(engine, { code: "patternEngine" }) as unknown as PatternEngine;
}

/** The cost limit of one validation. */
class Budget {
  #steps = 0;
  #chars = 0;

  refill(): void {
    this.#steps = MAX_STEPS;
    this.#chars = MAX_MATCHED_CHARS;
  }

  takeStep(): void {
    if (--this.#steps < 0) throw new OverBudget();
  }

  takeChars(count: number): boolean {
    this.#chars -= count;
    return this.#chars >= 0;
  }
}

class OverBudget extends Error {}

/** The keyword that is put beside each reference, so that following it can be counted. */
const STEP = "x-airlock-step";

/** Keywords whose value is data, where nothing may be changed. */
const DATA = new Set(["const", "enum", "default", "examples", "example"]);
/** Keywords whose value has a schema for each name. */
const SCHEMAS_BY_NAME = new Set(
  ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"],
);

/**
 * Copies a schema for a validator: each reference is marked, and `$schema` and the `id` of
 * draft-04, which do not constrain a value, are left out.
 */
function prepare(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(prepare);
  if (!isJsonObject(schema)) return schema;
  const members = Object.entries(schema).flatMap(([keyword, value]) => {
    if (keyword === "$schema" || (keyword === "id" && typeof value === "string")) return [];
    if (DATA.has(keyword)) return [[keyword, value]];
    if (SCHEMAS_BY_NAME.has(keyword) && isJsonObject(value)) {
      const named = Object.entries(value).map(([name, inner]) => [name, prepare(inner)]);
      return [[keyword, Object.fromEntries(named)]];
    }
    return [[keyword, prepare(value)]];
  });
  const isReference = typeof schema.$ref === "string" || typeof schema.$dynamicRef === "string";
  return Object.fromEntries(isReference ? [...members, [STEP, true]] : members);
}

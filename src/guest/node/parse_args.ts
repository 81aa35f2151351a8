import { codedError } from "./coded_error.ts";

interface ArgOption {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  readonly default?: unknown;
}

interface ParseArgsConfig {
  readonly args?: readonly string[];
  readonly options?: Readonly<Record<string, ArgOption>>;
  readonly strict?: boolean;
  readonly allowPositionals?: boolean;
  readonly allowNegative?: boolean;
  readonly tokens?: boolean;
}

interface Token {
  readonly kind: "option" | "positional" | "option-terminator";
  readonly index: number;
  readonly name?: string;
  readonly rawName?: string;
  readonly value?: string | boolean | undefined;
  readonly inlineValue?: boolean | undefined;
}

interface ParsedArgs {
  readonly values: Record<string, unknown>;
  readonly positionals: string[];
  readonly tokens?: Token[];
}

export function parseArgs(config: ParseArgsConfig = {}): ParsedArgs {
  const { options = {}, strict = true } = config;
  const tokens = tokensOf(config.args ?? [], options);
  const values: Record<string, unknown> = Object.create(null);
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value as string);
    else if (token.kind === "option") store(values, token, config);
  }
  if (strict && positionals.length > 0 && !config.allowPositionals) {
    throw parseError("UNEXPECTED_POSITIONAL", `Unexpected argument '${positionals[0]}'`);
  }
  for (const [name, option] of Object.entries(options)) {
    if (option.default !== undefined && !Object.hasOwn(values, name)) values[name] = option.default;
  }
  return { values, positionals, ...(config.tokens && { tokens }) };
}

function tokensOf(args: readonly string[], options: Readonly<Record<string, ArgOption>>): Token[] {
  const tokens: Token[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "--") {
      tokens.push({ kind: "option-terminator", index });
      for (const value of args.slice(index + 1)) {
        tokens.push({ kind: "positional", index: ++index, value });
      }
    } else if (/^--./.test(arg)) {
      const [rawName, ...rest] = arg.split("=");
      const name = rawName!.slice(2);
      const takes = rest.length === 0 && isText(options, name) && index + 1 < args.length;
      const value = rest.length > 0 ? rest.join("=") : takes ? args[index + 1] : undefined;
      const inlineValue = value === undefined ? undefined : rest.length > 0;
      tokens.push({ kind: "option", name, rawName: rawName!, index, value, inlineValue });
      if (takes) index++;
    } else if (/^-./.test(arg)) {
      index += shortTokens(tokens, { arg, index, next: args[index + 1], options });
    } else {
      tokens.push({ kind: "positional", index, value: arg });
    }
  }
  return tokens;
}

interface ShortArg {
  readonly arg: string;
  readonly index: number;
  readonly next: string | undefined;
  readonly options: Readonly<Record<string, ArgOption>>;
}

/** Reads `-abc` or `-ovalue`; returns how many more arguments it took. */
function shortTokens(tokens: Token[], { arg, index, next, options }: ShortArg): number {
  const signs = [...arg.slice(1)];
  for (const [at, short] of signs.entries()) {
    const known = Object.entries(options).find(([, option]) => option.short === short);
    const name = known?.[0] ?? short;
    const base = { kind: "option", name, rawName: `-${short}`, index } as const;
    if (!isText(options, name)) {
      tokens.push({ ...base, value: undefined, inlineValue: undefined });
      continue;
    }
    const rest = signs.slice(at + 1).join("");
    const value = rest === "" ? next : rest;
    tokens.push({ ...base, value, inlineValue: value === undefined ? undefined : rest !== "" });
    return rest === "" && next !== undefined ? 1 : 0;
  }
  return 0;
}

function store(values: Record<string, unknown>, token: Token, config: ParseArgsConfig): void {
  const { options = {}, strict = true, allowNegative = false } = config;
  const { name: given = "", rawName, value } = token;
  const isNegative = allowNegative && given.startsWith("no-") && !Object.hasOwn(options, given);
  const name = isNegative ? given.slice(3) : given;
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (strict && option === undefined) {
    throw parseError("UNKNOWN_OPTION", `Unknown option '${rawName}'`);
  }
  if (strict && option?.type === "string" && value === undefined) {
    throw parseError("INVALID_OPTION_VALUE", `Option '${rawName} <value>' argument missing`);
  }
  if (strict && option?.type === "boolean" && value !== undefined) {
    throw parseError("INVALID_OPTION_VALUE", `Option '${rawName}' does not take an argument`);
  }
  const read = value ?? !isNegative;
  if (option?.multiple !== true) values[name] = read;
  else values[name] = [...(values[name] as unknown[] | undefined) ?? [], read];
}

function isText(options: Readonly<Record<string, ArgOption>>, name: string): boolean {
  return Object.hasOwn(options, name) && options[name]!.type === "string";
}

function parseError(code: string, message: string): TypeError {
  return codedError(TypeError, `ERR_PARSE_ARGS_${code}`, message);
}

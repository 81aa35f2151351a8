import * as vm from "node:vm";
import { AirlockError } from "../model/errors.ts";
import { syntaxErrorOf } from "./explain_syntax_error.ts";

/** What the types of `node:vm` do not tell of. */
interface SourceTextModule {
  readonly moduleRequests: readonly {
    readonly specifier: string;
    readonly attributes: Readonly<Record<string, string>>;
    readonly phase?: string;
  }[];
}

const { SourceTextModule } = vm as unknown as {
  readonly SourceTextModule: new (text: string, options: object) => SourceTextModule;
};

/**
 * What the engine that runs programs reads in a text that a module imports: it compiles, and runs
 * nothing. An import of anything but code, or in any other phase, is told with what sets it apart.
 *
 * @throws {AirlockError} PROGRAM_SYNTAX where the engine does not read it
 */
export function importsOfEngine(js: string): ReadonlySet<string> {
  const { moduleRequests } = compile(js);
  return new Set(moduleRequests.map(({ specifier, attributes, phase = "evaluation" }) => {
    const isPlain = Object.keys(attributes).length === 0 && phase === "evaluation";
    return isPlain ? specifier : JSON.stringify({ specifier, attributes, phase });
  }));
}

function compile(js: string): SourceTextModule {
  try {
    return new SourceTextModule(js, { identifier: "program" });
  } catch (error) {
    if (error instanceof RangeError) throw syntaxErrorOf(error);
    if (!(error instanceof Error)) throw error;
    const line = Number(/^program:(\d+)/.exec(error.stack ?? "")?.[1] ?? NaN) - 1;
    throw new AirlockError("PROGRAM_SYNTAX", `Cannot read program: ${error.message}`, {
      cause: error,
      ...(line >= 1 && { position: { line, column: 1 } }),
    });
  }
}

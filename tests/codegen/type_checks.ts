import { generateServer, wrapperOf } from "../../src/codegen/generate_server.ts";
import { clientText } from "../../src/codegen/wrapper_text.ts";
import { nameTools } from "../../src/codegen/names.ts";
import type { Tool } from "../../src/model/tool.ts";
import { denoCheck, type DenoCheckOptions, type Finding } from "./deno_check.ts";

/** Values that the type of a tool's input must take, and values that it must not. */
export interface CheckedTool {
  readonly tool: Tool;
  readonly valid?: readonly unknown[];
  readonly invalid?: readonly unknown[];
}

/** A server to check, whose tools are real, made or mangled. */
export interface CheckedServer {
  readonly server: string;
  readonly tools: readonly CheckedTool[];
}

/**
 * Generates the wrappers of servers and type-checks all of them, their examples, and the values;
 * gives one line about each thing that is not as it should be.
 */
export async function findWrongTypes(
  servers: readonly CheckedServer[],
  options: DenoCheckOptions,
): Promise<string[]> {
  const files = new Map([["client.ts", clientText("1")]]);
  const values = new Map<string, string>();
  for (const { server, tools } of servers) {
    const generated = generateServer({ server, tools: tools.map(({ tool }) => tool) });
    for (const { path, text } of generated.files) files.set(path, text);
    const names = nameTools(tools.map(({ tool }) => tool.name));
    tools.forEach(({ tool, valid = [], invalid = [] }, at) => {
      const { exportName, typeName, file } = names.get(tool.name)!;
      const example = exampleOf(wrapperOf(generated, tool.name)!.text);
      const path = `values/${generated.folder}_${at}.ts`;
      const from = `from "../${generated.folder}/${file}"`;
      const lines = [
        `import { ${exportName} as call, type ${typeName}Input as Input } ${from};`,
        ...(example === undefined ? [] : [`export const example = call(${example});`]),
        ...valid.map((value, i) => `export const valid${i}: Input = ${JSON.stringify(value)};`),
        ...invalid.flatMap((value, i) => [
          "// @ts-expect-error must not fit",
          `export const invalid${i}: Input = ${JSON.stringify(value)};`,
        ]),
        "export { call };",
      ];
      files.set(path, lines.join("\n"));
      lines.forEach((line, number) => {
        const isExpected = line.startsWith("// @ts-expect-error");
        values.set(`${path}:${number + 1}`, isExpected ? lines[number + 1]! : line);
      });
    });
  }
  const findings = await denoCheck(files, options);
  return findings.map((finding) => describe(finding, values));
}

/** The arguments of the example call in a wrapper. */
export function exampleOf(wrapper: string): string | undefined {
  return wrapper.match(/^ \* @example await [\w$]+\((.*)\)$/m)?.[1];
}

function describe({ file, line, message }: Finding, values: ReadonlyMap<string, string>): string {
  return `${file}:${line} ${message} ${values.get(`${file}:${line}`) ?? ""}`.trim();
}

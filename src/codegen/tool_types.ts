import type { Tool } from "../model/tool.ts";
import { buildTypes } from "./types/build_types.ts";
import { type Example, exampleValue, fitsType, type TypesByName } from "./types/example_value.ts";
import { pascalCase, RESERVED_FOR_TYPES } from "./names.ts";
import { observedDoc, shapeType } from "./observed/observed_type.ts";
import type { ObservedType } from "./observed/observed_shape.ts";
import { settleNames } from "./types/settle_names.ts";
import { type NamedType, type TypeNode, UNKNOWN } from "./types/type_node.ts";

/** Options of {@linkcode toolTypes}. */
export interface ToolTypesOptions {
  /** What the names of the input and the output type begin with. */
  readonly typeName: string;
  /** Called with a sentence about each thing that could not be told as a type. */
  readonly report: (message: string) => void;
  /** What the tool was seen to answer; of no matter where it promises something. */
  readonly observed?: ObservedType | undefined;
}

/** The types of one tool. */
export interface ToolTypes {
  /** In the order to write them: input, output, and what they are made of. */
  readonly declarations: readonly NamedType[];
  /** Whether the tool can be called without arguments. */
  readonly takesNothing: boolean;
  /** Arguments that fit the input type. */
  readonly example: Example | undefined;
}

/** A longer name of a type is cut. */
const MAX_NAME_CHARS = 60;

/** The input and output types of a tool, and the types that they are made of. */
export function toolTypes(tool: Tool, options: ToolTypesOptions): ToolTypes {
  const { typeName, report } = options;
  const [inputName, outputName] = [`${typeName}Input`, `${typeName}Output`];
  const takeName = freeNames([inputName, outputName]);
  const inputs = buildTypes(tool.inputSchema, { role: "input", name: inputName, takeName, report });
  const outputs = tool.outputSchema === undefined
    ? [observedOutput(outputName, options.observed)]
    : buildTypes(tool.outputSchema, { role: "output", name: outputName, takeName, report });
  const declarations = [...argumentsOnly(settleNames(inputs)), ...settleNames(outputs)];
  const types = new Map(declarations.map(({ name, type }) => [name, type]));
  const input: TypeNode = { kind: "name", name: inputName };
  return {
    declarations,
    takesNothing: fitsType({}, input, types),
    example: exampleValue(input, types),
  };
}

function observedOutput(name: string, observed: ObservedType | undefined): NamedType {
  if (observed === undefined) return { name, type: UNKNOWN };
  const type = shapeType(observed.shape);
  return type.kind === "unknown"
    ? { name, type }
    : { name, type, doc: observedDoc(observed.samples) };
}

/** Names that a file does not have yet. */
function freeNames(names: readonly string[]): (hint: string) => string {
  const taken = new Set([...RESERVED_FOR_TYPES, ...names]);
  return (hint) => {
    const plain = hint === "" ? "Shape" : pascalCase(hint).slice(0, MAX_NAME_CHARS);
    let name = plain;
    for (let count = 2; taken.has(name); count++) name = `${plain}${count}`;
    taken.add(name);
    return name;
  };
}

/** Arguments are an object; where the schema's own type turned out to be none, they are any. */
function argumentsOnly([input, ...others]: NamedType[]): NamedType[] {
  const types = new Map([input!, ...others].map(({ name, type }) => [name, type]));
  if (isObjectType(input!.type, types)) return [input!, ...others];
  return [{ ...input!, type: { kind: "object", fields: [], index: UNKNOWN } }];
}

function isObjectType(type: TypeNode, types: TypesByName): boolean {
  if (type.kind === "union") return type.members.every((each) => isObjectType(each, types));
  if (type.kind === "intersection") return type.members.some((each) => isObjectType(each, types));
  if (type.kind !== "name") return type.kind === "object";
  const named = types.get(type.name);
  return named !== undefined && isObjectType(named, types);
}

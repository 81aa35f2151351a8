import type { Tool } from "../model/tool.ts";
import { buildTypes } from "./types/build_types.ts";
import { type Example, exampleValue, fitsType, type TypesByName } from "./types/example_value.ts";
import { pascalCase, RESERVED_FOR_TYPES } from "./names.ts";
import { observedDoc, shapeType } from "./observed/observed_type.ts";
import type { ObservedType } from "./observed/observed_shape.ts";
import { settleNames } from "./types/settle_names.ts";
import { type NamedType, type TypeNode, UNKNOWN } from "./types/type_node.ts";

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

/**
 * The input and output types of a tool, and the types that they are made of. Their names begin with
 * `typeName`; `report` is called with a sentence about each thing that no type expresses;
 * `observed` counts for a tool without an output schema.
 */
export function toolTypes(tool: Tool, { typeName, report, observed }: {
  readonly typeName: string;
  readonly report: (message: string) => void;
  readonly observed?: ObservedType | undefined;
}): ToolTypes {
  const [inputName, outputName] = [`${typeName}Input`, `${typeName}Output`];
  const takeName = freeNames([inputName, outputName]);
  const inputs = buildTypes(tool.inputSchema, { role: "input", name: inputName, takeName, report });
  const outputs = tool.outputSchema === undefined
    ? [observedOutput(outputName, observed)]
    : buildTypes(tool.outputSchema, { role: "output", name: outputName, takeName, report });
  const declarations = [...argumentsOnly(settleNames(inputs)), ...settleNames(outputs)];
  const types = new Map(declarations.map(({ name, type }) => [name, type]));
  const input: TypeNode = { kind: "name", name: inputName };
  const example = exampleValue(input, types);
  return { declarations, takesNothing: fitsType({}, input, types), example };
}

function observedOutput(name: string, observed: ObservedType | undefined): NamedType {
  if (observed === undefined) return { name, type: UNKNOWN };
  const type = shapeType(observed.shape);
  return { name, type, ...(type.kind !== "unknown" && { doc: observedDoc(observed.samples) }) };
}

/** Returns a function that makes a name that the file does not have yet. */
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

/** Makes the input type one of any object where the schema's own type turned out to be none. */
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

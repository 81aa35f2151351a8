import { type Building, deeper, isSpent } from "./building.ts";
import { intersectionOf, unionOf } from "./combine_types.ts";
import { conditionBranches } from "./condition_branches.ts";
import { combineShapes, gatherShape } from "./gather_shape.ts";
import { objectType } from "./object_type.ts";
import { type Shape, typesOf } from "../schema/shape.ts";
import { NEVER, type TypeNode } from "./type_node.ts";

/** TypeScript compares each branch of one choice with each of the others. */
const MAX_COMBINATIONS = 1_000;

/** The type of a shape with choices. */
export function choiceType(shape: Shape, building: Building): TypeNode {
  const conditions = shape.conditions.map((each) => conditionBranches(each, shape, building));
  const choices = [...shape.choices, ...conditions];
  const kept = withinCombinations(choices);
  const base: Shape = { ...shape, choices: [], conditions: [] };
  const isSplit = base.properties.size > 0 &&
    typesOf(base)?.every((type) => type === "object") &&
    kept.flat().every((branch) => mayBeObject(branch, building));
  if (!isSplit) return distribute(base, kept, building);
  // What a choice that is left out would have named is allowed like any other key.
  const open: Shape = kept.length < choices.length ? { ...base, additional: [true] } : base;
  return intersectionOf([
    objectType(open, building, { role: "value" }),
    ...kept.map((choice) => addedBy(choice, base, building)),
  ]);
}

function withinCombinations(choices: Shape["choices"]): Shape["choices"] {
  let combinations = 1;
  return choices.filter(({ length }) => {
    if (combinations * length > MAX_COMBINATIONS) return false;
    combinations *= length;
    return true;
  });
}

function mayBeObject(branch: unknown, building: Building): boolean {
  return typesOf(gatherShape([branch], deeper(building)))?.includes("object") ?? true;
}

/** Each branch together with what is asked for beside it. */
function distribute(base: Shape, choices: Shape["choices"], building: Building): TypeNode {
  const [choice, ...others] = choices;
  const inner = deeper(building);
  if (!choice) return building.typeOfShape(base, inner);
  const rest: Shape = { ...base, choices: others };
  const type = unionOf(
    choice.map((branch) =>
      building.typeOfShape(combineShapes(rest, gatherShape([branch], inner), inner), inner)
    ),
  );
  // Nothing would fit, so the schema cannot mean what it says; what is beside the choice is clear.
  return type.kind === "never" ? building.typeOfShape(rest, inner) : type;
}

/** What the branches of a choice add to an object with fields of its own. */
function addedBy(choice: readonly unknown[], base: Shape, building: Building): TypeNode {
  const added = choice.map((branch) => branchType(gatherShape([branch], building), building));
  const isNeeded = added.every(({ kind }) => kind !== "nothing_more") ||
    added.some((type) => namesMore(type, base));
  return isNeeded ? unionOf(added) : { kind: "nothing_more" };
}

function branchType(shape: Shape, building: Building): TypeNode {
  const inner = deeper(building);
  if (typesOf(shape)?.length === 0) return NEVER;
  if (isSpent(building)) return { kind: "nothing_more" };
  const names = shape.targets.map((target): TypeNode => ({
    kind: "name",
    name: building.nameOf(target),
  }));
  return intersectionOf([
    ...names,
    objectType(shape, building, { role: "branch" }),
    ...shape.choices.map((choice) => addedBy(choice, shape, inner)),
  ]);
}

/** Whether an object may have a key for the branch that it would not have without it. */
function namesMore(type: TypeNode, base: Shape): boolean {
  if (type.kind === "union" || type.kind === "intersection") {
    return type.members.some((member) => namesMore(member, base));
  }
  if (type.kind !== "object") return type.kind === "name";
  return type.index !== undefined || type.fields.some(({ key }) => !base.properties.has(key));
}

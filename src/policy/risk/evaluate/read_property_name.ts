import type { Node } from "acorn";
import type { At } from "./at.ts";
import { propertyName } from "./property_name.ts";

/** The name of a property; what computes it is read too. */
export function readPropertyName(
  name: { computed: boolean; property: Node },
  at: At,
): string | undefined {
  if (name.computed) at.reader.read(name.property, at);
  return propertyName(name, at);
}

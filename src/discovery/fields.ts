/** The parts of a tool that search reads, and how many terms of each at most. */
export const FIELDS = {
  name: 30,
  title: 30,
  lead: 60,
  body: 120,
  parameters: 80,
  parameterTexts: 100,
  server: 20,
  serverDescription: 80,
} as const;

/** One of the parts of a tool that search reads; `lead` is the description's first sentence. */
export type Field = keyof typeof FIELDS;

/** The fields in their fixed order; a field's number is its place here. */
export const FIELD_NAMES: readonly Field[] = Object.keys(FIELDS) as Field[];

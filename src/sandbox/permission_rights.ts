/** What a worker's flags allow, by the name of the permission. */
export type Rights = ReadonlyMap<string, readonly string[]>;

/** A permission that a program touched, and for what. */
export interface Touched {
  readonly permission: string;
  readonly value: string;
}

/** Reads the rights from a command line, so that what is judged is what was given. */
export function rightsOf(args: readonly string[]): Rights {
  const flags = args.map((arg) => /^--allow-(\w+)=(.*)$/s.exec(arg)).filter((flag) =>
    flag !== null
  );
  return new Map(flags.map(([, name, list]) => [name!, splitList(list!)]));
}

/** A doubled comma is a comma. */
function splitList(list: string): string[] {
  return list.split(/(?<!,),(?!,)/).map((item) => item.replaceAll(",,", ","));
}

/** Whether the rights cover what was touched. */
export function allows(rights: Rights, { permission, value }: Touched): boolean {
  const granted = rights.get(permission) ?? [];
  return granted.some((one) =>
    value === one || (isOfPaths(permission) && value.startsWith(`${one}/`))
  );
}

/** Whether the values of a permission are paths. */
export function isOfPaths(permission: string): boolean {
  return permission === "read" || permission === "write";
}

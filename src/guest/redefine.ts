/** Taken before the program could replace them. */
const { defineProperty: defineReal, getOwnPropertyDescriptor: describeReal } = Object;

/** Puts another value in the place of a property, as visible as the one before. */
export function redefine(on: object, name: string, value: unknown): void {
  defineReal(on, name, {
    value,
    writable: true,
    configurable: true,
    enumerable: describeReal(on, name)?.enumerable ?? false,
  });
}

/** A class, as far as another one is put in its place. */
export type AnyClass = new (...values: never[]) => object;

/** Gives a class another constructor, which goes by its name. */
export function redefineClass(real: AnyClass, constructor: AnyClass | (() => unknown)): void {
  redefine(constructor, "name", real.name);
  redefine(constructor, "length", real.length);
  defineReal(constructor, "prototype", { value: real.prototype, writable: false });
  redefine(real.prototype, "constructor", constructor);
}

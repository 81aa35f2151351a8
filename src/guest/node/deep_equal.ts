/** A test of `util.types`. */
type Test = (value: unknown) => boolean;

const TypedArray = Object.getPrototypeOf(Uint8Array) as { prototype: object };
const tagOfArray = Object.getOwnPropertyDescriptor(TypedArray.prototype, Symbol.toStringTag)!.get!;

/** Tests a value by a getter or method that only real instances accept. */
function passes(probe: (this: unknown) => unknown): Test {
  return (value) => {
    if (typeof value !== "object" || value === null) return false;
    try {
      Reflect.apply(probe, value, []);
      return true;
    } catch {
      return false;
    }
  };
}

function getterOf(prototype: object, name: PropertyKey): (this: unknown) => unknown {
  return Object.getOwnPropertyDescriptor(prototype, name)!.get!;
}

function tagIs(...tags: string[]): Test {
  return (value) => tags.includes(Object.prototype.toString.call(value).slice(8, -1));
}

function boxes(prototype: { valueOf: unknown }): Test {
  return passes(prototype.valueOf as (this: unknown) => unknown);
}

function isTyped(name: string): Test {
  return (value) => Reflect.apply(tagOfArray, value, []) === name;
}

const typedNames = ["Int8", "Uint8", "Uint8Clamped", "Int16", "Uint16", "Int32", "Uint32"]
  .concat(["Float16", "Float32", "Float64", "BigInt64", "BigUint64"]);

const boxed = {
  isNumberObject: boxes(Number.prototype),
  isStringObject: boxes(String.prototype),
  isBooleanObject: boxes(Boolean.prototype),
  isBigIntObject: boxes(BigInt.prototype),
  isSymbolObject: boxes(Symbol.prototype),
};

const { get: weakGet } = WeakMap.prototype;
const { has: weakHas } = WeakSet.prototype;
const isArrayBuffer = passes(getterOf(ArrayBuffer.prototype, "byteLength"));
const isSharedArrayBuffer = passes(getterOf(SharedArrayBuffer.prototype, "byteLength"));

export const types: Readonly<Record<string, Test>> = {
  ...boxed,
  ...Object.fromEntries(typedNames.map((name) => [`is${name}Array`, isTyped(`${name}Array`)])),
  isTypedArray: (value) => Reflect.apply(tagOfArray, value, []) !== undefined,
  isArrayBufferView: (value) => ArrayBuffer.isView(value),
  isArrayBuffer,
  isSharedArrayBuffer,
  isAnyArrayBuffer: (value) => isArrayBuffer(value) || isSharedArrayBuffer(value),
  isDataView: passes(getterOf(DataView.prototype, "byteLength")),
  isDate: passes(Date.prototype.getTime),
  isRegExp: (value) => isRegExp(value),
  isMap: passes(getterOf(Map.prototype, "size")),
  isSet: passes(getterOf(Set.prototype, "size")),
  isWeakMap: passes(function () {
    return Reflect.apply(weakGet, this, [{}]);
  }),
  isWeakSet: passes(function () {
    return Reflect.apply(weakHas, this, [{}]);
  }),
  isMapIterator: tagIs("Map Iterator"),
  isSetIterator: tagIs("Set Iterator"),
  isGeneratorObject: tagIs("Generator", "AsyncGenerator"),
  isGeneratorFunction: tagIs("GeneratorFunction", "AsyncGeneratorFunction"),
  isAsyncFunction: tagIs("AsyncFunction", "AsyncGeneratorFunction"),
  isArgumentsObject: tagIs("Arguments"),
  isModuleNamespaceObject: tagIs("Module"),
  isPromise: (value) => value instanceof Promise,
  isNativeError: (value) => Error.isError(value) && !(value instanceof DOMException),
  isBoxedPrimitive: (value) => Object.values(boxed).some((test) => test(value)),
  isProxy: () => false,
  isExternal: () => false,
  isCryptoKey: (value) => value instanceof CryptoKey,
  isKeyObject: () => false,
};

const regExpSource = getterOf(RegExp.prototype, "source");
const takesRegExp = passes(regExpSource);

function isRegExp(value: unknown): boolean {
  return value !== RegExp.prototype && takesRegExp(value);
}

/** How values are compared: by `Object.is` and classes, or loosely. */
type Strictness = "strict" | "loose";

export function isDeepEqual(one: unknown, other: unknown, strictness: Strictness): boolean {
  return new Comparison(strictness).equal(one, other);
}

class Comparison {
  readonly #isStrict: boolean;
  /** Pairs in comparison, for objects that contain themselves. */
  readonly #open = new Map<object, object>();

  constructor(strictness: Strictness) {
    this.#isStrict = strictness === "strict";
  }

  equal(one: unknown, other: unknown): boolean {
    if (Object.is(one, other)) return true;
    if (!isObject(one) || !isObject(other)) {
      if (this.#isStrict) return false;
      if (isObject(one) || isObject(other)) return false;
      // deno-lint-ignore eqeqeq
      return one == other || (one !== one && other !== other);
    }
    if (typeof one === "function" || typeof other === "function") return false;
    if (this.#isStrict && Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
    if (tagOf(one) !== tagOf(other) || Array.isArray(one) !== Array.isArray(other)) return false;
    if (this.#open.get(one) === other) return true;
    const before = this.#open.get(one);
    this.#open.set(one, other);
    const isEqual = this.#sameInside(one, other) && this.#sameKeys(one, other);
    if (before === undefined) this.#open.delete(one);
    else this.#open.set(one, before);
    return isEqual;
  }

  #sameInside(one: object, other: object): boolean {
    if (one instanceof Date) return Object.is(one.getTime(), (other as Date).getTime());
    if (one instanceof RegExp) {
      const { source, flags, lastIndex } = other as RegExp;
      return one.source === source && one.flags === flags && one.lastIndex === lastIndex;
    }
    if (Error.isError(one)) {
      const { message, name, cause } = other as Error;
      return one.message === message && one.name === name && this.equal(one.cause, cause);
    }
    if (ArrayBuffer.isView(one)) return sameBytes(one, other as ArrayBufferView);
    if (types.isAnyArrayBuffer!(one)) {
      return sameBytes(new Uint8Array(one as ArrayBuffer), new Uint8Array(other as ArrayBuffer));
    }
    if (types.isSet!(one)) return this.#sameSet(one as Set<unknown>, other as Set<unknown>);
    if (types.isMap!(one)) return this.#sameMap(one as Map<unknown, unknown>, other as never);
    if (types.isBoxedPrimitive!(one)) return Object.is(one.valueOf(), other.valueOf());
    return !(one instanceof Promise || one instanceof WeakMap || one instanceof WeakSet);
  }

  #sameKeys(one: object, other: object): boolean {
    if (ArrayBuffer.isView(one)) return true;
    if (Array.isArray(one) && one.length !== (other as unknown[]).length) return false;
    const keys = this.#keysOf(one);
    if (keys.length !== this.#keysOf(other).length) return false;
    return keys.every((key) =>
      Object.prototype.propertyIsEnumerable.call(other, key) &&
      this.equal(Reflect.get(one, key), Reflect.get(other, key))
    );
  }

  #keysOf(value: object): PropertyKey[] {
    const symbols = this.#isStrict ? Object.getOwnPropertySymbols(value) : [];
    const shown = symbols.filter((key) => Object.prototype.propertyIsEnumerable.call(value, key));
    return [...Object.keys(value), ...shown];
  }

  #sameSet(one: Set<unknown>, other: Set<unknown>): boolean {
    if (one.size !== other.size) return false;
    const left = [...one].filter((item) => !other.has(item));
    const right = [...other].filter((item) => !one.has(item));
    return this.#paired(left, right, (item, candidate) => this.equal(item, candidate));
  }

  #sameMap(one: Map<unknown, unknown>, other: Map<unknown, unknown>): boolean {
    if (one.size !== other.size) return false;
    const left = [...one].filter(([key, value]) =>
      !other.has(key) || !this.equal(value, other.get(key))
    );
    const right = [...other].filter(([key, value]) =>
      !one.has(key) || !this.equal(one.get(key), value)
    );
    return this.#paired(left, right, (entry, candidate) => this.equal(entry, candidate));
  }

  #paired<T>(
    left: readonly T[],
    right: readonly T[],
    same: (one: T, other: T) => boolean,
  ): boolean {
    if (left.length !== right.length) return false;
    const rest = [...right];
    return left.every((item) => {
      const at = rest.findIndex((candidate) => same(item, candidate));
      if (at !== -1) rest.splice(at, 1);
      return at !== -1;
    });
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value);
}

function sameBytes(one: ArrayBufferView, other: ArrayBufferView): boolean {
  if (one.byteLength !== other.byteLength) return false;
  const [left, right] = [one, other].map(({ buffer, byteOffset, byteLength }) =>
    new Uint8Array(buffer, byteOffset, byteLength)
  ) as [Uint8Array, Uint8Array];
  return left.every((byte, at) => byte === right[at]);
}

/** What kind of thing a value is: `util.types`. */
type Test = (value: unknown) => boolean;

const TypedArray = Object.getPrototypeOf(Uint8Array) as { prototype: object };
const tagOfArray = Object.getOwnPropertyDescriptor(TypedArray.prototype, Symbol.toStringTag)!.get!;

/** Whether a getter or method that only the real thing has takes the value. */
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

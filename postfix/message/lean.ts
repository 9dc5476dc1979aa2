/** An object without what is undefined: what the log does not say is absent, in a type and in JSON alike. */
export type Lean<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** @param object made for this; where nothing in it is undefined, it is the result */
export function lean<T extends object>(object: T): Lean<T> {
  for (const key in object) if (object[key] === undefined) return without(object);
  return object as Lean<T>;
}

function without<T extends object>(object: T): Lean<T> {
  const kept: { [K in keyof T]?: T[K] } = {};
  for (const key in object) {
    const value = object[key];
    if (value !== undefined) kept[key] = value;
  }
  return kept as unknown as Lean<T>;
}

/**
 * A value that is being made: what may be absent is added to it one by one. Of values that are made by the million, as a spread
 * costs fifty times as much.
 */
export type Made<T> = { -readonly [K in keyof T]: T[K] };

/** The same, with what is absent in its place as undefined: all of one shape, which code that is run by the million is fast for. */
export type Shaped<T> = { -readonly [K in keyof Required<T>]: T[K] | undefined };

/** Words that were read from a file, held to the table that asks for them. */

/**
 * `U` where it has every key of `T` and no other, at any depth. A file is no literal, so the compiler alone would let a
 * key pass that nobody asks for: a word that was renamed in the code and not in the file.
 */
export type Exact<T, U> = U extends string | readonly string[] ? U : { [K in keyof U]: K extends KeyOf<T> ? Exact<T[K & keyof T], U[K]> : never };

/** The keys of a file are texts, also those of the tables that are keyed by a number. */
type KeyOf<T> = keyof T | `${keyof T & number}`;

/** The words themselves; a missing key does not compile, and neither does an unknown one. */
export function exactly<T>(): <const U extends T>(words: U & Exact<T, U>) => T {
  return (words) => words;
}

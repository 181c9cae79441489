/** Makes the compiler show every case that a switch forgot; throws if one arrives all the same. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}

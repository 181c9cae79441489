/** Conditions of a query with their parameters, numbered as they are added. */
export class Where {
  readonly values: unknown[] = [];
  readonly #conditions: string[] = [];

  /** Adds a condition; each `?` is the place of the next value. A text with `?` in a literal does not belong here. */
  and(condition: string, ...values: readonly unknown[]): this {
    const given = [...values];
    this.#conditions.push(condition.replaceAll('?', () => this.value(given.shift())));
    return this;
  }

  /** The same, unless the value is absent. */
  andIf(value: unknown, condition: string): this {
    return value === undefined ? this : this.and(condition, value);
  }

  /** The place of one more value, for the rest of the query. */
  value(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** The clause with its keyword; empty without a condition. */
  get clause(): string {
    return this.#conditions.length === 0 ? '' : `where ${this.#conditions.join(' and ')}`;
  }
}

/** The type of a row out of the columns that a read names: a column that is renamed, dropped or of another type does not compile. */
import type { Tables } from './table-types.js';

/**
 * Columns of a table as the driver reads them. `Narrow` says of coded ones which codes they hold, of those that may be
 * null that this read finds none, of JSON what it is; it cannot say what the column is not.
 */
export type Columns<T extends keyof Tables, C extends keyof Tables[T], Narrow extends Partial<Pick<Tables[T], C>> = object> = Omit<
  Pick<Tables[T], C>,
  keyof Narrow
> &
  Narrow;

/** Rows that are read have the types of their tables: `db/table-types.ts` is made from the migrated database. `vitest -u` writes it anew. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPool, type Pool } from '../../db/pool.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';

let database: TestDatabase;
let owner: Pool;
beforeAll(async () => {
  database = await createDatabase();
  owner = createPool(database.ownerUrl, { applicationName: 'tirek-test-owner', max: 1 });
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

/** As the driver reads them. A new type of column needs a line here. */
const TYPES: Readonly<Record<string, string>> = {
  bool: 'boolean',
  bytea: 'Buffer',
  date: 'Date',
  int2: 'number',
  int4: 'number',
  int8: 'string',
  json: 'unknown',
  jsonb: 'unknown',
  text: 'string',
  timestamptz: 'Date',
  uuid: 'string',
};

interface Column {
  table: string;
  column: string;
  type: string;
  isRequired: boolean;
}

function typeOf({ table, column, type, isRequired }: Column): string {
  const isArray = type.startsWith('_');
  const known = TYPES[isArray ? type.slice(1) : type];
  if (known === undefined) throw new Error(`${table}.${column} is of type ${type}, which nobody has named here`);
  const read = isArray ? `${known}[]` : known;
  return isRequired || read === 'unknown' ? read : `${read} | null`;
}

async function columns(): Promise<Column[]> {
  const { rows } = await owner.query<Column>(
    `select class.relname as table, attname as column, typname as type, attnotnull as "isRequired"
       from pg_attribute join pg_class class on class.oid = attrelid join pg_type type on type.oid = atttypid
      where class.relnamespace = 'public'::regnamespace and class.relkind in ('r', 'p') and not class.relispartition and attnum > 0 and not attisdropped and class.relname <> 'schema_migration'
      order by class.relname, attnum`,
  );
  return rows;
}

it('the types of the tables are those of the database', async () => {
  const tables = new Map<string, Column[]>();
  for (const column of await columns()) tables.set(column.table, [...(tables.get(column.table) ?? []), column]);
  const members = [...tables].map(([table, all]) => [`  ${table}: {`, ...all.map((each) => `    ${each.column}: ${typeOf(each)};`), '  };'].join('\n'));
  const text = `/** The tables as the driver reads them: made from the migrated database by test/db/table-types.test.ts, which holds it against it. */\nexport interface Tables {\n${members.join('\n')}\n}\n`;
  await expect(text).toMatchFileSnapshot('../../db/table-types.ts');
});

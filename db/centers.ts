/** The Centers of the house: how each is called, and under which id it has a ledger. */
import { onClient, type Pool } from './pool.js';

export interface KnownCenter {
  id: string;
  nameKk: string;
  nameRu: string;
  subjectId: string;
}

const COLUMNS = 'id, name_kk as "nameKk", name_ru as "nameRu", subject_id as "subjectId"';

/** Undefined when the house knows no such Center. */
export async function findCenter(pool: Pool, id: string): Promise<KnownCenter | undefined> {
  const { rows } = await onClient(pool, (client) =>
    client.query<KnownCenter>({ name: 'find-center', text: `select ${COLUMNS} from center where id = $1`, values: [id] }),
  );
  return rows[0];
}

/** Centers that nobody has opened a ledger for. */
export async function centersWithoutLedger(pool: Pool): Promise<KnownCenter[]> {
  const { rows } = await onClient(pool, (client) =>
    client.query<KnownCenter>({
      name: 'centers-without-ledger',
      text: `select ${COLUMNS} from center where not exists (select from subject_file where subject_file.subject_id = center.subject_id) order by id`,
    }),
  );
  return rows;
}

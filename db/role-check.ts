/**
 * Does a process log in as what it is? With too much a bug in it could rewrite the ledger or read past the second lock; with too
 * little it would fail at the first work that asks for it. Both are told before anything is done.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import type { Pool, Queryable } from './pool.js';
import { DATABASE_ROLES, roleName, TABLE_RIGHTS, type DatabaseLogin, type DatabaseRole } from './roles.js';

/** What is wrong with the login, with what to do about it. */
export class RoleUnfit extends Error {
  override readonly name = 'RoleUnfit';
}

interface LoginRow {
  login: string;
  powers: string[];
  belongs: string[];
  owns: number;
}

const LOGIN = `
select current_user as login,
       array_remove(array[case when rolsuper then 'superuser' end, case when rolbypassrls then 'BYPASSRLS' end,
                          case when rolcreaterole then 'CREATEROLE' end, case when rolcreatedb then 'CREATEDB' end,
                          case when rolreplication then 'REPLICATION' end], null) as powers,
       array(select role from unnest($1::text[]) role where pg_has_role(current_user, role, 'usage')) as belongs,
       (select count(*)::int from pg_class where relnamespace = 'public'::regnamespace and pg_has_role(current_user, relowner, 'member')) as owns
  from pg_roles where rolname = current_user`;

/** Privileges that are missing, or that nobody has given it in the table of rights, as `table: privilege`. */
const RIGHTS = `
select held.name || ': ' || held.privilege as what, held.given
  from (select name, privilege, has_table_privilege(current_user, format('public.%I', name), privilege) as given
          from unnest($1::text[]) name, unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) privilege) held
 where held.given <> ((held.name || ' ' || held.privilege) = any ($2::text[]))
 order by 1`;

/**
 * @throws RoleUnfit, and the errors of Postgres when it does not answer
 */
export async function assertRole(pool: Queryable, login: DatabaseLogin): Promise<void> {
  const { rows } = await pool.query<LoginRow>(LOGIN, [DATABASE_ROLES.map(roleName)]).catch(refuseUnprepared);
  const [row] = rows;
  if (row === undefined) throw new Error('Postgres did not say who logs in');
  const own = roleName(login);
  refuseTooMuch(row, own);
  if (!row.belongs.includes(own)) {
    throw new RoleUnfit(
      `DATABASE_URL logs in as ${row.login}, and this process is ${own}: name that role there (deploy/postgres-roles.sh tells how they are made).`,
    );
  }
  await refuseOtherRights(pool, login, row.login);
}

function refuseTooMuch({ login, powers, belongs, owns }: LoginRow, own: string): void {
  const others = belongs.filter((role) => role !== own);
  const much = [
    ...powers,
    ...(owns > 0 ? [`owner of ${owns} tables`] : []),
    ...(others.length > 0 && powers.length === 0 ? [`member of ${others.join(', ')}`] : []),
  ];
  if (much.length === 0) return;
  throw new RoleUnfit(
    `DATABASE_URL logs in as ${login}, which may too much (${much.join(', ')}): this process works as ${own}, so that a fault in it can neither rewrite the ledger nor read past its lock. Name that role in DATABASE_URL.`,
  );
}

async function refuseOtherRights(pool: Queryable, role: DatabaseRole, login: string): Promise<void> {
  const given = Object.entries(TABLE_RIGHTS).flatMap(([table, rights]) =>
    (rights[role] ?? []).filter((privilege) => !privilege.includes('(')).map((privilege) => `${table} ${privilege.toUpperCase()}`),
  );
  const { rows } = await pool.query<{ what: string; given: boolean }>(RIGHTS, [Object.keys(TABLE_RIGHTS), given]).catch(refuseUnprepared);
  if (rows.length === 0) return;
  const [much, little] = [rows.filter((row) => row.given), rows.filter((row) => !row.given)].map((some) => some.map(({ what }) => what).join(', '));
  const told = [...(much ? [`too much (${much})`] : []), ...(little ? [`too little (${little})`] : [])].join(' and ');
  throw new RoleUnfit(`The role ${login} may ${told}: run the migrations (node dist/migrate.js), which give each role its rights, and start again.`);
}

const UNDEFINED = new Set(['42P01', '42704']);

/** Tables or roles that are not there: nobody has migrated. */
function refuseUnprepared(error: unknown): never {
  if (error instanceof DatabaseError && UNDEFINED.has(error.code ?? '')) {
    throw new RoleUnfit(`The database is not prepared (${error.message}): run the migrations (node dist/migrate.js), then start again.`);
  }
  throw error;
}

const AGAIN_MS = 5_000;

/**
 * Looks once before the process begins. While Postgres is away the process may begin all the same, and is looked at as soon as
 * there is an answer.
 * @param unfit told then; the process should end
 * @returns ends the waiting
 * @throws RoleUnfit
 */
export async function watchRole(pool: Pool, login: DatabaseLogin, unfit: (reason: RoleUnfit) => void): Promise<() => void> {
  const stopping = new AbortController();
  const looked = async (): Promise<boolean> => {
    try {
      await assertRole(pool, login);
      return true;
    } catch (error) {
      if (error instanceof RoleUnfit) throw error;
      return false;
    }
  };
  if (await looked()) return () => undefined;
  const again = async (): Promise<void> => {
    for (;;) {
      await pause(AGAIN_MS, undefined, { signal: stopping.signal, ref: false });
      if (await looked()) return;
    }
  };
  void again().catch((error: unknown) => {
    if (error instanceof RoleUnfit && !stopping.signal.aborted) unfit(error);
  });
  return () => stopping.abort();
}

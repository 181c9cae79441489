/**
 * Wakes the relays for a list of work, after a commit and on a connection of its own: NOTIFY serialises
 * commits, so inside of one it would cost two thirds of them. A bell that cannot ring loses nothing, for the
 * patrols come by; but it says by which code, and tries again.
 */
import { Client } from 'pg';
import { changedEffects, clockRow, isStep } from '../db/projection.js';
import type { AnyState } from '../domain/subject/subjects.js';
import type { TakeOutcome } from '../ledger/take.js';
import { LIST_NAMES, type ListName } from './work-list.js';

export const CHANNEL = 'tirek_work';

const AGAIN_MS = 200;
const ANSWER_WITHIN_MS = 2_000;

export interface Bell {
  /** Rings soon, once for however many asked meanwhile; never throws, and nobody waits for it. */
  ring(list: ListName): void;
  /** How often it could not ring: by SQLSTATE, the code of the system, or `unknown`. */
  readonly errors: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** Where nobody hears: patrols find the work. */
export const SILENT_BELL: Bell = { ring() {}, errors: new Map(), async stop() {} };

/** @param url database of the lists; the connection is made at the first ring */
export function createBell(url: string): Bell {
  return new PostgresBell(url);
}

/** The lists for which a take may have left work that is due: its clock must look, its alerts go out. */
export function listsAfter({ entries, before, state }: Pick<TakeOutcome, 'entries' | 'before' | 'state'>): ListName[] {
  return [...(mustLook(before, state) ? (['wakes'] as const) : []), ...(entries.some(isStep) ? (['alerts'] as const) : [])];
}

/**
 * Whether the wake that a take wrote is due: something is to be sent, the case is over, or its next moment came nearer.
 * What the clock has armed is not asked here; where it was not armed as it should be, somebody has been asked before.
 */
function mustLook(before: AnyState | undefined, state: AnyState | undefined): boolean {
  if (state === undefined || before === undefined) return state !== undefined;
  const [was, is] = [clockRow(before, 0), clockRow(state, 0)];
  const nearer = is.wakes_at !== null && (was.wakes_at === null || is.wakes_at < was.wakes_at);
  return nearer || was.running !== is.running || changedEffects(before, state).some((effect) => effect.state === 'pending');
}

class PostgresBell implements Bell {
  readonly #url: string;
  readonly #errors = new Map<string, number>();
  readonly #waiting = new Set<ListName>();
  #client: Client | undefined;
  #ringing: Promise<void> | undefined;
  #again: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(url: string) {
    this.#url = url;
  }

  get errors(): ReadonlyMap<string, number> {
    return this.#errors;
  }

  ring(list: ListName): void {
    if (this.#stopped) return;
    this.#waiting.add(list);
    if (this.#again === undefined) this.#ringing ??= this.#ringOut();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#again);
    await this.#ringing;
    await this.#client?.end().catch(() => undefined);
  }

  async #ringOut(): Promise<void> {
    while (this.#waiting.size > 0) {
      const lists = [...this.#waiting];
      this.#waiting.clear();
      try {
        const client = (this.#client ??= await this.#connect());
        await client.query('select pg_notify($1, list) from unnest($2::text[]) list', [CHANNEL, lists]);
      } catch (error) {
        this.#failed(lists, error);
        break;
      }
    }
    this.#ringing = undefined;
  }

  #failed(lists: readonly ListName[], error: unknown): void {
    const code = codeOf(error);
    this.#errors.set(code, (this.#errors.get(code) ?? 0) + 1);
    // What is left on that line is unknown.
    void this.#client?.end().catch(() => undefined);
    this.#client = undefined;
    for (const list of lists) this.#waiting.add(list);
    if (this.#stopped) return;
    this.#again = setTimeout(() => {
      this.#again = undefined;
      this.#ringing ??= this.#ringOut();
    }, AGAIN_MS).unref();
  }

  async #connect(): Promise<Client> {
    const client = new Client({
      connectionString: this.#url,
      application_name: 'tirek bell',
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      statement_timeout: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      keepAlive: true,
    });
    client.on('error', () => {
      if (this.#client === client) this.#client = undefined;
    });
    await client.connect();
    return client;
  }
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : 'unknown';
}

/** A name that this process knows; a newer one may ring for a list of its own. */
export function listNamed(name: string | undefined): ListName | undefined {
  return LIST_NAMES.find((list) => list === name);
}

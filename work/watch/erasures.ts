/**
 * Erasures go into files outside of the database within a minute, beside the anchors. When the database has people who were erased
 * by them, it was restored to before: the administrator hears of it until they are erased again.
 */
import type { Logger } from 'pino';
import type { AlarmCause } from '../../contracts/alarm.js';
import { erasureText, readErasures } from '../../contracts/proof/erasures.js';
import type { Proof } from '../../contracts/proof/proof.js';
import { listErasures, notErased, type ErasureAct } from '../../db/erasure.js';
import type { Pool } from '../../db/pool.js';
import { erasuresIn, readErasureFiles, writeErasureFile } from '../../process/anchor-files.js';
import { reasonOf } from '../work-list.js';

export interface ErasureFilesDependencies {
  pool: Pool;
  proof: Proof;
  dir: string;
  log: Logger;
}

export class ErasureFiles {
  readonly #given: ErasureFilesDependencies;
  #cause: AlarmCause | undefined;

  constructor(given: ErasureFilesDependencies) {
    this.#given = given;
  }

  causes(): readonly AlarmCause[] {
    return this.#cause === undefined ? [] : [this.#cause];
  }

  /** Writes what has no file yet, and looks who is back. */
  async round(): Promise<void> {
    try {
      await this.#write();
      await this.#look();
    } catch (error) {
      this.#given.log.error({ reason: reasonOf(error) }, 'erasures could not be written beside the anchors, or not be read there');
      this.#say('unwritable', 0);
    }
  }

  async #write(): Promise<void> {
    const { pool, proof, dir, log } = this.#given;
    const written = new Set(await erasuresIn(dir));
    const missing = (await listErasures(pool)).filter(({ erasureId }) => !written.has(erasureId));
    for (const erasure of missing) await writeErasureFile(dir, { id: erasure.erasureId, text: erasureText(proof, actOf(erasure)) });
    if (missing.length > 0) log.info({ erasures: missing.length }, 'erasures are written beside the anchors');
  }

  async #look(): Promise<void> {
    const { pool, proof, dir, log } = this.#given;
    const { acts, faults } = readErasures(await readErasureFiles(dir), proof);
    const back = await notErased(
      pool,
      acts.map(({ person }) => person),
    );
    if (back.length > 0) log.error({ persons: back.length }, 'people are there who were erased: the database was restored to before');
    if (back.length > 0) this.#say('restored', back.length);
    else if (faults.length > 0) this.#say('files_changed', faults.length);
    else this.#cause = undefined;
  }

  #say(reason: 'unwritable' | 'restored' | 'files_changed', count: number): void {
    this.#cause = { key: 'erasures_missing', kind: 'erasures_missing', params: { reason, count } };
  }
}

function actOf({ erasureId: id, personId: person, ground, act: by, texts, documents, erasedBy, approvedBy }: ErasureAct): Parameters<typeof erasureText>[1] {
  return { act: 'erasure', id, person, ground, by, texts, documents, erasedBy, approvedBy };
}

/**
 * Once a day the heads of all ledgers go into a file outside of the database. A ledger that has less than its last anchor
 * says, or something else, is not anchored over: the files stay as they are, and the administrator hears of it.
 */
import type { Logger } from 'pino';
import type { AlarmCause } from '../../contracts/alarm.js';
import { anchorText, readAnchors } from '../../contracts/proof/anchors.js';
import type { Proof } from '../../contracts/proof/proof.js';
import { headsNotHeld, readHeads } from '../../db/heads.js';
import type { Pool } from '../../db/pool.js';
import { legalDayOf, type Instant } from '../../domain/law/calendar.js';
import { hasAnchor, readAnchorFiles, writeAnchorFile } from '../../process/anchor-files.js';
import { reasonOf } from '../work-list.js';

export interface AnchoringDependencies {
  pool: Pool;
  proof: Proof;
  dir: string;
  log: Logger;
  /** Wall clock (epoch ms). */
  clock?: () => Instant;
}

export class Anchoring {
  readonly #given: AnchoringDependencies;
  #cause: AlarmCause | undefined;

  constructor(given: AnchoringDependencies) {
    this.#given = given;
  }

  /** What keeps today's anchor from being written. */
  causes(): readonly AlarmCause[] {
    return this.#cause === undefined ? [] : [this.#cause];
  }

  /** Writes today's anchor unless it is there. */
  async round(): Promise<void> {
    const { dir, clock = Date.now } = this.#given;
    const day = legalDayOf(clock());
    if (await hasAnchor(dir, day)) return this.#say(undefined);
    try {
      return this.#say(await this.#write(day));
    } catch (error) {
      this.#given.log.error({ reason: reasonOf(error) }, 'the anchor of the day could not be written');
      return this.#say('unwritable');
    }
  }

  /** @returns why it must not be written */
  async #write(day: string): Promise<'files_changed' | 'ledger_behind' | undefined> {
    const { pool, proof, dir, log } = this.#given;
    const book = readAnchors(await readAnchorFiles(dir), proof);
    if (book.faults.length > 0) return 'files_changed';
    const heads = await readHeads(pool);
    const now = new Map(heads.map((head) => [head.subject, head.head]));
    const moved = [...book.heads.values()].filter(({ subject, head }) => now.get(subject) !== head);
    const lost = await headsNotHeld(pool, moved);
    if (lost.length > 0) {
      log.error({ subjects: lost.length, first: lost[0]?.subject }, 'ledgers have less than their anchor says, or something else');
      return 'ledger_behind';
    }
    await writeAnchorFile(dir, { day, text: anchorText(proof, book, day, heads) });
    log.info({ day, subjects: heads.length }, 'the heads of the ledgers are anchored');
    return undefined;
  }

  #say(reason: 'unwritable' | 'files_changed' | 'ledger_behind' | undefined): void {
    this.#cause = reason === undefined ? undefined : { key: 'anchor_missing', kind: 'anchor_missing', params: { reason } };
  }
}

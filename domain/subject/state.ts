/** What is known of whatever has a ledger, be it a case or a Center. */
import type { Instant } from '../law/calendar.js';
import type { Duty } from '../law/duty.js';
import type { LawRef } from '../law/law.js';

export type SubjectKind = 'case' | 'center';

export interface SubjectState {
  /** Version of this shape: a process that does not know it leaves the subject to a newer one. */
  schema: number;
  /** The Center that leads the case, or that it is. */
  center: string;
  stage: string;
  /** Place of the last ledger entry. */
  seq: number;
  law: LawRef;
  openedAt: Instant;
  duties: readonly Duty[];
}

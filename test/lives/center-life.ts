/** A Center that lives: everything that happened to it, turn by turn, in the pure core. */
import type { CenterCommand, CenterCommandData, CenterCommandKind } from '../../domain/center/commands.js';
import type { CenterEntry } from '../../domain/center/facts.js';
import type { CenterState } from '../../domain/center/state.js';
import { takeCenterTurn, type CenterAnswer, type CenterInput } from '../../domain/center/turn.js';
import type { Instant } from '../../domain/law/calendar.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { standingOf } from '../../domain/law/duty.js';
import { GROUP_PARTS } from '../../domain/law/mobile-group.js';
import { lawOf } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import type { Actor } from '../../domain/subject/facts.js';
import { almaty } from './reading.js';
import { local } from './straight-road.js';

export const CENTER = 'almaty-auezov';
export const HEAD: Actor = { id: 'head', role: 'center_head', center: CENTER };
const LAW = lawOf({ calendar: CALENDAR_2026_11_21, policy: DEFAULT_POLICY });
/** A composition as 256-21 wants it. */
export const GROUP = GROUP_PARTS.map((part) => ({ memberId: `member-${part}`, part, nameId: `name-${part}`, phoneId: `phone-${part}` }));
export const REGISTERED = local('2026-03-10');

export type Order = Omit<CenterCommandData['recordMobileGroupOrder'], 'members'> & Partial<Pick<CenterCommandData['recordMobileGroupOrder'], 'members'>>;

export class CenterLife {
  state: CenterState | undefined;
  readonly entries: CenterEntry[] = [];
  #asked = 0;

  constructor(at: Instant = REGISTERED) {
    this.turn(at, { kind: 'registration', registration: { id: 'r-1', center: CENTER } });
  }

  turn(now: Instant, ...inputs: CenterInput[]): CenterAnswer | undefined {
    const turn = takeCenterTurn(this.state, inputs, { subjectId: 'c-1', law: LAW, now, newId: () => 'none' });
    this.state = turn.state;
    this.entries.push(...turn.entries);
    return turn.answers.at(-1);
  }

  /** With the whole composition where the story says nothing of it. */
  order(now: Instant, { members = GROUP, ...data }: Order, actor = HEAD): CenterAnswer | undefined {
    return this.give(now, 'recordMobileGroupOrder', { ...data, members }, actor);
  }

  release(now: Instant, memberId: string): CenterAnswer | undefined {
    return this.give(now, 'releaseGroupMember', { memberId });
  }

  give<K extends CenterCommandKind>(now: Instant, kind: K, data: CenterCommandData[K], actor = HEAD): CenterAnswer | undefined {
    this.#asked += 1;
    // The pair of kind and data is given by K, which the compiler cannot follow through the object.
    return this.turn(now, { kind: 'centerCommand', command: { kind, id: `k-${this.#asked}`, actor, data } as CenterCommand });
  }

  /** Each duty of 256-21-2 as `standing last day`. */
  owed(): string[] {
    return (this.state?.duties ?? []).map((duty) => `${standingOf(duty)} ${almaty(duty.dueAt ?? 0)}`);
  }

  rung(): string[] {
    return this.entries.flatMap(({ type, data }) =>
      type === 'DeadlineStepReached' && 'step' in data ? [`${data.step} ${almaty(data.moment)} ${data.recipients.join('+')}`] : [],
    );
  }
}

/** Registered, ordered for, renewed in December, and without an order again. */
export function centerRoad(): CenterLife {
  const life = new CenterLife();
  life.order(local('2026-03-11'), { number: '41-ө', issuedOn: '2026-03-11' });
  life.order(local('2026-12-20'), { number: '97-ө', issuedOn: '2026-12-18', forYear: 2027 });
  life.turn(local('2028-01-02'));
  return life;
}

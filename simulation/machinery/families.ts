/** Families and the people of the Center who work for them, each life for itself. */
import { commandAct } from '../../ledger/proven.js';
import { asCase } from '../../domain/subject/subjects.js';
import { referencesOf, type Command } from '../../domain/case/commands.js';
import { documentsAmong } from '../../domain/case/references.js';
import type { Channel } from '../../domain/case/facts.js';
import type { CaseState } from '../../domain/case/state.js';
import { PAPER_SHA256, signatureFor } from '../papers.js';
import { CENTER, SPECIALIST } from '../people.js';
import { register, type AppealAsked, type Registered } from './desk.js';
import type { ModelHouse } from './model-house.js';
import { insist, type Outside } from './outside.js';
import { NEVER_UPLOADED, nextCommand } from './staff.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** So many acts make a life here at most. */
const MOST_ACTS = 45;
const APPEALS_WITHIN_MS = 20 * DAY_MS;
const SECOND_APPEAL_SHARE = 0.05;
const THREAT_SHARE = 0.1;
const CHANNELS: readonly Channel[] = [1, 2, 3, 4, 5];

export interface FamiliesOutside extends Outside {
  house: ModelHouse;
  newId: () => string;
}

export class Families {
  readonly #outside: FamiliesOutside;
  #living = 0;
  #keys = 0;

  constructor(outside: FamiliesOutside) {
    this.#outside = outside;
  }

  begin(lives: number): void {
    const { scheduler, dice } = this.#outside;
    this.#living = lives;
    for (let number = 1; number <= lives; number += 1) {
      scheduler.after(dice.whole(0, APPEALS_WITHIN_MS), () => {
        void this.#live(`household-${number}`).then(() => (this.#living -= 1));
      });
    }
  }

  areDone(): boolean {
    return this.#living === 0;
  }

  async #live(householdId: string): Promise<void> {
    const { scheduler, dice } = this.#outside;
    let { caseId } = await this.#appeal(householdId);
    const acts = dice.whole(3, MOST_ACTS);
    for (let act = 0; act < acts; act += 1) {
      await scheduler.pause(this.#whileAway(caseId));
      const state = this.#stateOf(caseId);
      // The case is gone with a restore, or its family comes once more.
      if (state === undefined || dice.happens(SECOND_APPEAL_SHARE)) caseId = (await this.#appeal(householdId)).caseId;
      else if (isDone(state)) return;
      else await this.#act(state);
    }
  }

  #stateOf(caseId: string): CaseState | undefined {
    const state = this.#outside.house.tables.current.get(caseId);
    return state && asCase(state);
  }

  /** Soon, within days, or just when a moment is due. */
  #whileAway(caseId: string): number {
    const { dice, scheduler, house } = this.#outside;
    const next = house.tables.subjectClock.get(caseId)?.wakes_at ?? null;
    if (next !== null && dice.happens(0.15)) {
      const until = Date.parse(next) - scheduler.now + dice.whole(-3_000, 3_000);
      if (until > 0 && until < 30 * DAY_MS) return until;
    }
    return dice.of([dice.whole(1_000, HOUR_MS), dice.whole(HOUR_MS, DAY_MS), dice.whole(DAY_MS, 4 * DAY_MS), dice.whole(2 * DAY_MS, 12 * DAY_MS)]);
  }

  async #appeal(householdId: string): Promise<Registered> {
    const { dice, faults } = this.#outside;
    const opening = { householdId, center: CENTER, channel: dice.of(CHANNELS), threat: dice.happens(THREAT_SHARE), actor: SPECIALIST };
    // Another relative comes at the same moment to another desk.
    const relatives = faults.strikes('asked_twice') ? 2 : 1;
    const [registered] = await Promise.all(Array.from({ length: relatives }, () => this.#register(householdId, opening)));
    if (registered === undefined) throw new Error('nobody came');
    return registered;
  }

  async #register(householdId: string, opening: AppealAsked['opening']): Promise<Registered> {
    const { rules, witness, scheduler, note } = this.#outside;
    const asked = { actorId: SPECIALIST.id, idempotencyKey: this.#newKey(), householdId, opening };
    const registered = await insist(this.#outside, (life, desk) => register(rules, desk, life, asked));
    const { appealId, caseId } = registered;
    note(`appeal ${appealId} of ${householdId} is registered in ${caseId}`);
    witness.accepted({ kind: 'appeal', caseId, cause: appealId, at: scheduler.now });
    return registered;
  }

  async #act(state: CaseState): Promise<void> {
    const { dice, newId, faults, house, restores, witness } = this.#outside;
    const command = nextCommand({ state, now: house.clock(), dice, id: newId() });
    if (command === undefined) return;
    this.#upload(state, command);
    const key = this.#newKey();
    // A double click: the same key at two desks at once.
    const clicks = faults.strikes('asked_twice') ? 2 : 1;
    const before = restores();
    const answers = await Promise.all(Array.from({ length: clicks }, () => this.#command(state.caseId, command, key)));
    // One of them may have been answered in what a restore threw away.
    if (new Set(answers).size > 1 && restores() === before) witness.differs(`one key of ${state.caseId} had several answers: ${answers.join(', ')}`);
  }

  /** Before the command that refers to it. A restore may throw it away in between: then the command is refused. */
  #upload({ caseId, householdId }: CaseState, command: Command): void {
    const { document, person, signature } = this.#outside.house.tables;
    const references = referencesOf(command);
    for (const { id, type } of documentsAmong(references)) {
      if (id !== NEVER_UPLOADED) document.set(id, { type, sha256: PAPER_SHA256, case_id: caseId, center: CENTER, attached: false });
    }
    for (const reference of references) {
      if (reference.to === 'signature') signature.set(reference.id, signatureFor(reference));
      if (reference.to === 'member') person.set(reference.id, { id: reference.id, householdId });
    }
  }

  /** Each request has an id of its own; the key is what is repeated. @returns the id under which it was answered */
  async #command(caseId: string, command: Command, idempotencyKey: string): Promise<string> {
    const { newId, witness, scheduler, note } = this.#outside;
    const taken = await insist(this.#outside, (_life, desk) => {
      const asked = { ...command, id: newId() };
      const act = desk.deps.proof.sign(commandAct(asked, caseId, idempotencyKey));
      const request = { actorId: command.actor.id, idempotencyKey, bodySha256: idempotencyKey, act, caseId, persons: [], narratives: [] };
      return desk.ask(caseId, { kind: 'command', command: asked, request });
    });
    if (taken?.kind !== 'answered' || taken.commandId === undefined) return taken?.kind ?? 'unknown case';
    const { answer, commandId } = taken;
    note(`${command.kind} of ${caseId}: ${answer.ok ? `entry ${answer.seq}` : answer.refusal.code} (${commandId})`);
    if (answer.ok) witness.accepted({ kind: 'command', caseId, cause: commandId, at: scheduler.now });
    else witness.refused(commandId, answer.refusal.code);
    return commandId;
  }

  #newKey(): string {
    this.#keys += 1;
    return `key-${this.#keys}`;
  }
}

/** Closed and told: nobody has anything to do any more. */
function isDone({ stage, closure, appeals }: CaseState): boolean {
  return stage === 'closed' && closure?.notified !== false && (closure?.ground === 'not_confirmed' || appeals.every(({ triaged }) => triaged));
}

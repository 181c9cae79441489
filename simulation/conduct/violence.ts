/** Signs of violence that come to light during the intake, and what the Center does about them: 256 п.23, п.24. */
import type { Instant } from '../../domain/law/calendar.js';
import type { Life } from '../life.js';
import { DELAYS, SHARES } from '../mix.js';
import { MANAGER, SPECIALIST } from '../people.js';

const PERSON = 'person';

/** Recorded when they are seen; some days later the person is redirected, or does not want it. */
export function noticeSigns(life: Life, at: Instant): void {
  const { chance, work } = life;
  if (!chance.happens(SHARES.violence)) return;
  const redirectedAt = work.after(at, chance.delay(DELAYS.redirection));
  life.plan(
    at,
    () => whileOpen(life, () => life.command('recordViolenceSigns', { noteId: 'note' }, SPECIALIST)),
    () => life.plan(redirectedAt, () => whileOpen(life, () => redirection(life))),
  );
}

function redirection(life: Life): ReturnType<Life['command']> {
  if (life.chance.happens(SHARES.redirectionRefused)) return life.command('refuseIdentification', { personId: PERSON }, MANAGER);
  return life.command('orderIdentification', { personId: PERSON, organisation: 'crisis_centre', supportKind: 'psychological_help' }, MANAGER);
}

/** What was not confirmed is closed, and with it the duty ends. */
function whileOpen(life: Life, say: () => ReturnType<Life['command']>): ReturnType<Life['command']> | undefined {
  return life.state.stage === 'closed' ? undefined : say();
}

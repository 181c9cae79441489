/** Russian (T): terms of the orders where they have them, the rest working translations to be read by a native speaker. */
import alarms from '../../wording/ru/alarms.json' with { type: 'json' };
import ofCase from '../../wording/ru/case.json' with { type: 'json' };
import center from '../../wording/ru/center.json' with { type: 'json' };
import law from '../../wording/ru/law.json' with { type: 'json' };
import pages from '../../wording/ru/pages.json' with { type: 'json' };
import problems from '../../wording/ru/problems.json' with { type: 'json' };
import time from '../../wording/ru/time.json' with { type: 'json' };
import why from '../../wording/ru/why.json' with { type: 'json' };
import { exactly } from './exactly.js';
import type { Parts } from './parts.js';

export const ru = exactly<Parts>()({
  center,
  case: ofCase,
  problems,
  alarms,
  law,
  time,
  why,
  pages,
});

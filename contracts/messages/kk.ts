/** Kazakh (T): terms of the orders where they have them, the rest working translations to be read by a native speaker. */
import alarms from '../../wording/kk/alarms.json' with { type: 'json' };
import ofCase from '../../wording/kk/case.json' with { type: 'json' };
import center from '../../wording/kk/center.json' with { type: 'json' };
import law from '../../wording/kk/law.json' with { type: 'json' };
import pages from '../../wording/kk/pages.json' with { type: 'json' };
import problems from '../../wording/kk/problems.json' with { type: 'json' };
import time from '../../wording/kk/time.json' with { type: 'json' };
import why from '../../wording/kk/why.json' with { type: 'json' };
import { exactly } from './exactly.js';
import type { Parts } from './parts.js';

export const kk = exactly<Parts>()({
  center,
  case: ofCase,
  problems,
  alarms,
  law,
  time,
  why,
  pages,
});

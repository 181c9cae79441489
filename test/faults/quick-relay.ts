/** The relay as a process of a test, which says what times it has. */
import { pino } from 'pino';
import { readConfig } from '../../process/config.js';
import { exitWithParent } from '../../process/parent-watch.js';
import { startRelay, type RelayTimes } from '../../work/relay.js';

const times = JSON.parse(process.env['TIREK_TEST_RELAY_TIMES'] ?? '{}') as Partial<RelayTimes>;
const relay = await startRelay({ ...readConfig(process.env, 'relay'), times }, pino({ name: 'relay' }), { onStuck: () => process.exit(1) });
exitWithParent(() => void relay.stop().finally(() => process.exit()));

import { liveWorlds } from './live-worlds.ts';

liveWorlds('XA-04 XA-12 W-14A two ledgers of one key:', 2, { all: 60, ofToday: 5 });

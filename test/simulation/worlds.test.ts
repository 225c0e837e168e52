import { liveWorlds } from './live-worlds.ts';

liveWorlds('XA-01 XA-04 XA-12 XA-13 W-115 W-119 XC-01', 1, { all: 140, ofToday: 10 });

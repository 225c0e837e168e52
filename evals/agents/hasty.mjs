// Spends first: makes the biggest VM that it is let, waits for nothing, cleans up nothing.
import { aleph } from './shell.mjs';

aleph('vm', 'create', 'box', '--cu', '2', '--ttl', '3h', '--no-wait');
aleph('vm', 'create', 'box', '--cu', '4', '--ttl', '24h', '--no-wait');

import { parentPort, workerData } from 'node:worker_threads';
import { connect } from './connection.ts';
import { foundWhole, walkPage, wholeUpTo } from './effect-chain.ts';
import type { Walk } from './walk-ahead.ts';

/** A thread of its own: walks the trail of a file, and posts how far it is whole. */
const { path, from } = workerData as Walk;
const connection = connect(path);
try {
  foundWhole(connection, from);
  while (walkPage(connection)) {
    // page by page
  }
  parentPort?.postMessage(wholeUpTo(connection));
} finally {
  connection.close();
}

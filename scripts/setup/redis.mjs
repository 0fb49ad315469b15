import { aptInstall, has } from './tools.mjs';

/** A Redis server for the tests of the queue: where there is none and none can be installed, they are skipped by name. */
export function redisForTests() {
  const isThere = () => has('redis-server') || has('valkey-server');
  if (isThere()) return 'found on this machine';
  aptInstall(['redis-server']);
  return isThere() ? 'from the system packages' : 'none: the tests of the queue are skipped';
}

/** What the devnet's clock does to who has one of his own; part of docs/devnet.md. */
export const clocks = `## Its clock, and yours

The devnet has a clock of its own, and all that happens on it (boots, bills, retries, expiry) goes by that one. \`aleph-agent\` asks for it and lives
by it. Every other client has the machine's clock and does not know. The time stands in the \`Date\` of each answer and in \`GET /time\` of the control
endpoint.

With \`--clock-rate 1\` (the default), and without \`--at\` or \`devnet clock advance\`, the two agree, and other clients work as on the real network.
Use that for them.

As soon as they differ (another rate, \`--at\`, an advance, or a \`--state\`, which goes on at the time when it was put away), for a client with a
clock of its own

- calls to a compute node fail that carry a signed time (stop, reboot, erase, logs, …): it may be two minutes off, then it is 400
  \`Invalid X-SignedOperation fields\`, and a key that has run out by the node's clock is 401 \`Token expired\`. At \`--clock-rate 60\` that is so after two
  seconds;
- messages are taken whatever their time, as on the real network, but have the client's: lists, \`startDate\`, \`endDate\` and cursors sort them by it, and of
  two writes to one key of an aggregate, or two amendments of a post, the one with the later time counts, not the one that came last;
- at \`--clock-rate N\` one second of its waiting is N seconds here: a state that lasts less than N times its polling interval is never seen, credits
  go N times as fast, and a synchronous post is answered after at most 30 / N seconds of its time.

\`--clock-rate 0\` stands still. A message is looked at 0.3 s after it came, by this clock, so a synchronous post has no answer until \`devnet clock advance\`.

\`--clock waits\` is for tests in which every process is \`aleph-agent\`: time stands still while one of them has work to do, and jumps to what is due next
as soon as all of them wait. Another client does not say when it waits. A request of it that is not answered within 20 ms counts as waiting, so
posts and notifies are answered at once, with the time jumped; but between its requests no time passes, so whoever polls until a VM is up polls for
ever, and its timeouts are its own. Serve it a clock that runs.`;

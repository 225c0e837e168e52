// A host of the plugin as OpenCode is one, of either generation: loads the package's export, makes the calls of argv, prints what came of them.
import plugin from 'aleph-agent/opencode';

const { generation, options, calls } = JSON.parse(process.argv[2]);
const abort = new AbortController();
const asked = [];

const first = async () => {
  const hooks = await plugin.server({ directory: process.cwd() }, options);
  return async ({ tool, input, person }) => {
    const ask = async (question) => {
      asked.push(question);
      if (person === 'no') throw new Error('rejected by the person');
    };
    return (await hooks.tool[tool].execute(input, { abort: abort.signal, ask })).output;
  };
};

const second = async () => {
  const tools = new Map();
  const transform = async (change) => change({ add: (tool) => tools.set(tool.name, tool) });
  await plugin.setup({ options, location: { directory: process.cwd() }, tool: { transform } });
  return async ({ tool, input }) => (await tools.get(tool).execute(input, { signal: abort.signal })).content;
};

const call = await (generation === 1 ? first() : second());
const outputs = [];
for (const each of calls) {
  if (each.calledOff === true) abort.abort();
  outputs.push(await call(each).catch(({ message }) => `threw ${message}`));
}
process.stdout.write(JSON.stringify({ outputs, asked }));

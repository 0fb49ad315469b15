// Starts tslab for Jupyter: kernel.cjs CONNECTION_FILE
const path = require('node:path');
const util = require('node:util');

// tfjs-node 4.22 calls these two, which Node 23 removed.
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;

// `import … from 'whylight'` resolves from the project, wherever the notebook lies.
const modules = path.resolve(__dirname, '../node_modules');
process.env.NODE_PATH = [modules, process.env.NODE_PATH].filter(Boolean).join(path.delimiter);
/** @type {any} */ (require('node:module'))._initPaths();

// The same for its types: a notebook outside the project sees a package there that points into it.
const { sys } = require(path.join(modules, '@tslab/typescript-for-tslab'));
const slashes = (name) => name.split(path.sep).join('/');
const seen = slashes(path.resolve('node_modules/whylight'));
if (seen !== slashes(path.join(modules, 'whylight')) && !sys.directoryExists(seen)) {
  const types = slashes(path.relative(seen, path.resolve(__dirname, '../dist/index.d.ts')));
  const card = JSON.stringify({ name: 'whylight', main: types.replace(/\.d\.ts$/, '.js'), types });
  const { directoryExists, fileExists, readFile } = sys;
  sys.directoryExists = (name) => name === seen || directoryExists(name);
  sys.fileExists = (name) => name === `${seen}/package.json` || fileExists(name);
  sys.readFile = (name, encoding) => (name === `${seen}/package.json` ? card : readFile(name, encoding));
}

const { prepareKernel, sayFloatingErrors } = require(path.resolve(__dirname, '../dist/notebook/kernel.js'));
prepareKernel();

process.argv = [process.argv[0], path.join(modules, 'tslab/bin/tslab'), 'kernel', '--config-path', process.argv[2]];
require(path.join(modules, 'tslab/dist/main.js')).main();
sayFloatingErrors();

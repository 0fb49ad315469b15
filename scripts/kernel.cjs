// Starts tslab for Jupyter: kernel.cjs CONNECTION_FILE
const path = require('node:path');
const util = require('node:util');

// tfjs-node 4.22 calls these two, which Node 23 removed.
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;

// `import … from 'whylight'` resolves from the project, wherever the notebook lies.
const modules = path.resolve(__dirname, '../node_modules');
process.env.NODE_PATH = [modules, process.env.NODE_PATH].filter(Boolean).join(path.delimiter);
require('node:module')._initPaths();

require(path.resolve(__dirname, '../dist/notebook/kernel.js')).prepareKernel();

process.argv = [process.argv[0], path.join(modules, 'tslab/bin/tslab'), 'kernel', '--config-path', process.argv[2]];
require(path.join(modules, 'tslab/dist/main.js')).main();

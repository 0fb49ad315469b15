#!/usr/bin/env node
// Puts the tables of a run into docs/bench.md: node bench/document.mjs [reports/out/bench/results.json]
import { readFileSync, writeFileSync } from 'node:fs';
import { inProject } from '../scripts/setup/tools.mjs';
import { document } from './results.mjs';

const [from = inProject('reports/out/bench/results.json')] = process.argv.slice(2);
const page = inProject('docs/bench.md');
const [start, end] = ['<!-- results -->', '<!-- end of results -->'];
const text = readFileSync(page, 'utf8');
const before = text.slice(0, text.indexOf(start) + start.length);
const after = text.slice(text.indexOf(end));
const lines = document(JSON.parse(readFileSync(from, 'utf8')));
writeFileSync(page, `${before}\n\n${lines.join('\n').trimEnd()}\n\n${after}`);

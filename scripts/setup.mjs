#!/usr/bin/env node
// Sets everything up, step by step; safe to repeat. Nothing is imported from node_modules here.
import { build } from './setup/build.mjs';
import { canvas } from './setup/canvas.mjs';
import { chromium } from './setup/chromium.mjs';
import { engine } from './setup/engine.mjs';
import { imagenet } from './setup/imagenet.mjs';
import { kernel } from './setup/kernel.mjs';
import { takeLock } from './setup/lock.mjs';
import { npmPackages } from './setup/npm.mjs';
import { pythonEnvironment } from './setup/python.mjs';
import { has, isStarted } from './setup/tools.mjs';

/** @type {[name: string, step: () => string | Promise<string>][]} */
const steps = [
  ['npm packages', npmPackages],
  ['TensorFlow engine', engine],
  ['canvas', canvas],
  ['Chromium', chromium],
  ['Python environment for notebooks', pythonEnvironment],
  ['build', build],
  ['notebook kernel', kernel],
  ['ImageNet network', imagenet],
];

function checkRequirements() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19) || major > 24) {
    return `Node ${process.versions.node} does not fit: install Node 20.19 to 24`;
  }
  if (!has('python3'))
    return 'python3 is missing: install it (Debian and Ubuntu: apt-get install python3 python3-venv python3-pip)';
  if (!has('npm')) return 'npm is missing: install it beside Node';
  return null;
}

/** Sets everything up, one run at a time; returns whether all is there. */
export async function setup() {
  const release = await takeLock();
  try {
    return await everyStep();
  } finally {
    release();
  }
}

async function everyStep() {
  const missing = checkRequirements();
  if (missing !== null) {
    console.error(`setup: ${missing}`);
    return false;
  }
  const started = Date.now();
  for (const [name, step] of steps) {
    const from = Date.now();
    try {
      console.error(`setup: ${name} …`);
      const outcome = await step();
      console.error(`setup: ${name}: ${outcome} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
    } catch (error) {
      console.error(`setup: ${name}: ${error.message}`);
      if (error.advice) console.error(`setup: what to do: ${error.advice}`);
      return false;
    }
  }
  console.error(`setup: all there after ${((Date.now() - started) / 1000).toFixed(0)} s`);
  return true;
}

if (isStarted(import.meta.url) && !(await setup())) process.exit(1);

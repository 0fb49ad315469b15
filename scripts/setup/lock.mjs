import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { inProject, isAlive, removeParts } from './tools.mjs';

const file = inProject('.setup/lock');

function textOf(place) {
  try {
    return readFileSync(place, 'utf8');
  } catch {
    return '';
  }
}

/** A process and, where the system tells, when it began: its number may be another's later. */
const identityOf = (pid) => `${pid} ${textOf(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[19] ?? ''}`;

function isHeld(holder) {
  const pid = Number(holder.split(' ')[0]);
  return isAlive(pid) && identityOf(pid) === holder;
}

/** Puts a file into the lock's place. @returns whether there was none */
function place(mine) {
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

/** Whether this process has the lock now; that of a killed one goes. */
function take() {
  const mine = `${file}.${process.pid}.part`;
  writeFileSync(mine, identityOf(process.pid));
  try {
    if (place(mine)) return true;
    const holder = textOf(file);
    if (holder === '' || isHeld(holder)) return false;
    // Another set-up may have taken it over meanwhile: then it has it back.
    renameSync(file, mine);
    if (textOf(mine) !== holder) place(mine);
    return false;
  } catch (error) {
    // Whoever held it has let it go.
    if (error.code === 'ENOENT') return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Waits until no other set-up runs in this project. @returns what lets the next one begin */
export async function takeLock() {
  mkdirSync(inProject('.setup'), { recursive: true });
  removeParts(file);
  for (let told = false; !take(); told = true) {
    if (!told)
      console.error(`setup: another one runs here (process ${textOf(file).split(' ')[0]}): waiting for its end`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return () => rmSync(file, { force: true });
}

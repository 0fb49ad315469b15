import { addModule } from '../report/additions';

/** Adds what the modules of `--with` export, and says what it was. */
export function addModules(files: readonly string[] = []): void {
  for (const { what, file } of files.flatMap((file) => addModule(file)))
    process.stderr.write(`added ${what} (${file})\n`);
}

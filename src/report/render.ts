import { readFileSync } from 'node:fs';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { type FontFile, katexStyles, ownFonts, textFonts } from '../page/fonts';
import { requireLetters } from '../page/letters';
import { contentPolicy } from '../page/policy';
import type { Figure } from '../plots/figure';
import { COLUMN, printedPage } from '../plots/print-geometry';
import { formatReference, type Reference } from './bibliography';
import { mapText } from './map-text';
import { numberBlocks } from './numbering';
import type { Block, FigureBlock, Prose } from './prose/blocks';
import { blockRenderer, romanNumber } from './render-blocks';
import { superscripts } from './superscripts';
import { openTemplates, type Templates } from './templates';
import { typeset } from './typeset';
import { wholeNames } from './whole-names';

/** One section of a document. */
interface DocumentSection {
  readonly name: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** Everything a document shows. */
export interface ReportDocument {
  readonly title: string;
  readonly authors: readonly string[];
  readonly page: 'a4' | 'letter';
  readonly abstract: Prose;
  /** Index terms. Default: none. */
  readonly terms?: readonly string[];
  readonly sections: readonly DocumentSection[];
  /** Sections without a number, after the references. Default: none. */
  readonly appendices?: readonly DocumentSection[];
  readonly references: ReadonlyMap<string, Reference>;
  /** Fonts for letters that the embedded ones lack. Default: none. */
  readonly fonts?: readonly FontFile[];
  /** Folder of templates that stand in the place of the project's. Default: none. */
  readonly template?: string;
}

const plotly = path.resolve(__dirname, '../../node_modules/plotly.js-dist-min/plotly.min.js');

/**
 * Renders a document into one self-contained HTML file. Figures, tables, equations and citations are numbered in the
 * order in which they stand; every value is escaped.
 *
 * @throws WhylightError naming what dangles, a figure that is too wide, a template's mistake, and letters that no font
 * of the document has.
 */
export function renderDocument(document: ReportDocument): string {
  const { abstract, sections, appendices = [], references, terms = [], fonts = [] } = document;
  const templates = openTemplates(document.template);
  const all = [...sections, ...appendices].flatMap(({ blocks }) => blocks);
  const figures = all.filter((block) => block.block === 'figure');
  requireNarrow(figures);
  const numbering = numberBlocks([{ block: 'paragraph', prose: abstract }, ...all], references);
  const { prose, section } = blockRenderer(numbering, templates);
  const bodies = (of: readonly DocumentSection[], numbered: boolean) =>
    of.map(({ name, title, blocks }, i) => ({
      name,
      title: numbered ? `${romanNumber(i + 1)}. ${title}` : title,
      body: templates.safe(typeset(section(blocks))),
    }));
  const { pictures, plots } = withPicturesApart(figures);
  const html = templates.render('paper.hbs', {
    title: document.title,
    authors: document.authors.join(', '),
    printed: printedPage(document.page),
    abstract: templates.safe(typeset(`<p>${prose(abstract)}</p>`).slice(3, -4)),
    terms: terms.join(', '),
    sections: bodies(sections, true),
    appendices: bodies(appendices, false),
    references: referenceList(numbering.citations, references, templates),
    ...machinery(templates, fonts, { pictures, plots }),
  });
  requireLetters(shownWords(html, Object.values(plots)), fonts);
  return html;
}

function requireNarrow(figures: readonly FigureBlock[]): void {
  const wide = figures.find(({ figure }) => Number(figure.layout.width) > COLUMN);
  if (wide === undefined) return;
  throw new WhylightError(
    `figure ${wide.id} is ${wide.figure.layout.width} px wide (allowed: up to ${COLUMN} px, one column)`,
  );
}

type DrawnFigures = Readonly<Record<string, Pick<Figure, 'data' | 'layout'>>>;

/** The figures by name, and every picture once: a layout's image names its place in the list. */
function withPicturesApart(all: readonly FigureBlock[]): { pictures: readonly string[]; plots: DrawnFigures } {
  const pictures: string[] = [];
  const place = (source: string) => {
    const at = pictures.indexOf(source);
    return at < 0 ? pictures.push(source) - 1 : at;
  };
  const figures = all.map(({ id, figure: { layout, ...figure } }) => {
    const images = layout.images as readonly { readonly source: string }[] | undefined;
    const apart = images?.map((image) => ({ ...image, source: place(image.source) }));
    return [id, { ...figure, layout: { ...layout, ...(apart && { images: apart }) } }] as const;
  });
  return { plots: Object.fromEntries(figures), pictures };
}

function referenceList(
  citations: readonly string[],
  references: ReportDocument['references'],
  { safe, escaped }: Templates,
) {
  return citations.map((key, i) => ({
    number: i + 1,
    parts: formatReference(references.get(key)!).map(({ text, italic }) => ({
      text: safe(wholeNames(escaped(text))),
      italic,
    })),
  }));
}

/** Styles, scripts and what the scripts draw. */
function machinery(
  { safe, text }: Templates,
  fonts: readonly FontFile[],
  { pictures, plots }: ReturnType<typeof withPicturesApart>,
) {
  const scripts = {
    plotly: readFileSync(plotly, 'utf8').replace(/<\/script/g, '<\\/script'),
    flow: text('flow.js'),
    script: text('paper.js'),
  };
  return {
    policy: safe(contentPolicy(Object.values(scripts))),
    styles: safe([textFonts(), ownFonts(fonts), katexStyles(), text('paper.css')].join('\n')),
    // `</` would end the script element that carries the figures.
    pictures: safe(JSON.stringify(pictures).replace(/</g, '\\u003c')),
    figures: safe(superscripts(JSON.stringify(plots)).replace(/</g, '\\u003c')),
    ...Object.fromEntries(Object.entries(scripts).map(([name, script]) => [name, safe(script)])),
  };
}

/** Every word that a page shows: of its text and of its figures. */
function shownWords(html: string, figures: readonly Pick<Figure, 'data' | 'layout'>[]): string {
  const words: string[] = [];
  mapText(html.slice(html.indexOf('<header>'), html.indexOf('</main>')), (text) => {
    words.push(text);
    return text;
  });
  return words.join('') + superscripts(JSON.stringify(figures.map(({ data, layout }) => [data, layout])));
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';
import katex from 'katex';
import { WhylightError } from '../explain/errors';
import { type FontFile, katexStyles, ownFonts, textFonts } from '../page/fonts';
import { requireLetters } from '../page/letters';
import type { Figure } from '../plots/figure';
import { COLUMN, printedPage } from '../plots/print-geometry';
import { formatReference, type Reference } from './bibliography';
import { hyphenate } from './hyphenate';
import { mapText } from './map-text';
import { capitalised } from './network-names';
import { superscripts, superscriptsOf } from './superscripts';
import { wholeNames } from './whole-names';

/** A figure with the name that cross-references use. */
export interface ReportFigure {
  /** `saliency-wolf`: referred to as `{{ref "saliency-wolf"}}`. */
  readonly id: string;
  readonly figure: Figure;
}

/** One section: its words are the template of the same name. */
export interface RenderedSection {
  readonly name: string;
  readonly title: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly figures: readonly ReportFigure[];
}

/** Everything a document shows. */
export interface ReportDocument {
  readonly title: string;
  readonly authors: readonly string[];
  readonly page: 'a4' | 'letter';
  readonly abstract: Readonly<Record<string, unknown>>;
  readonly sections: readonly RenderedSection[];
  /** Sections without a number, after the references. Default: none. */
  readonly appendices?: readonly RenderedSection[];
  readonly references: ReadonlyMap<string, Reference>;
  /** Fonts for letters that the embedded ones lack. Default: none. */
  readonly fonts?: readonly FontFile[];
  /** Folder of `abstract.hbs` and `sections/NAME.hbs`. Default: the project's. */
  readonly templates?: string;
}

const templates = path.resolve(__dirname, '../../templates');
const plotly = path.resolve(__dirname, '../../node_modules/plotly.js-dist-min/plotly.min.js');

/** Sheets in CSS px. */

const roman = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X', 'XI', 'XII'];

/** Keeps a number on one line with its sign, its unit and what it is the value of, and an interval in its brackets. */
const unbroken = (html: string) =>
  html
    .replace(/(\[−?[\d.]+,) (?=−?[\d.]+\])/g, '$1\u00a0')
    .replace(/(\bP\([^()<>]*\)) = (?=\d)/g, '$1\u00a0=\u00a0')
    .replace(/\b(stride|seed) (?=\d)/g, '$1\u00a0')
    .replace(/(\d) (?=%|px\b)/g, '$1\u00a0')
    .replace(/(&[lg]t;) (?=\d)/g, '$1\u00a0');

/** Where lines may break, and where not. */
const typeset = (html: string) => hyphenate(wholeNames(superscriptsOf(unbroken(html))));

/** The figures by name, and every picture once: a layout's image names its place in the list. */
function withPicturesApart(all: readonly ReportFigure[]) {
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
  return { figures: Object.fromEntries(figures), pictures };
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

/**
 * Renders a document into one self-contained HTML file. Figures are numbered in the order of their sections;
 * every value is escaped; a template that names an unknown value, figure or reference fails.
 *
 * @throws WhylightError naming what dangles, and letters that no font of the document has.
 */
export function renderDocument(document: ReportDocument): string {
  const handlebars = Handlebars.create();
  const appendices = document.appendices ?? [];
  const figures = [...document.sections, ...appendices].flatMap((section) => section.figures);
  const wide = figures.find(({ figure }) => Number(figure.layout.width) > COLUMN);
  if (wide !== undefined) {
    throw new WhylightError(
      `figure ${wide.id} is ${wide.figure.layout.width} px wide (allowed: up to ${COLUMN} px, one column)`,
    );
  }
  const placed = new Set<string>();
  const tables: string[] = [];
  let equations = 0;
  const numbers = new Map(figures.map(({ id }, i) => [id, i + 1]));
  if (numbers.size !== figures.length) throw new WhylightError('two figures of the report have the same name');
  const cited: string[] = [];
  const words = document.templates ?? templates;
  const safe = (html: string) => new handlebars.SafeString(html);
  const escaped = handlebars.escapeExpression;

  const linked = (id: string, words: string) => safe(`<a class="ref" href="#fig-${escaped(id)}">${words}</a>`);
  handlebars.registerHelper('ref', (id: string) => {
    const number = numbers.get(id);
    if (number === undefined) throw new WhylightError(`a text refers to figure ${id}, which the report does not have`);
    return linked(id, `Fig.&nbsp;${number}`);
  });
  // A table lists figures by their numbers; where their section is left out, by their names.
  handlebars.registerHelper('figurenumber', (id: string) => {
    const number = numbers.get(id);
    return number === undefined ? id : linked(id, String(number));
  });
  handlebars.registerHelper('cite', (...keys: unknown[]) => {
    const links = keys.slice(0, -1).map((key) => {
      const known = String(key);
      if (!document.references.has(known))
        throw new WhylightError(`a text cites ${known}, which the bibliography lacks`);
      if (!cited.includes(known)) cited.push(known);
      const number = cited.indexOf(known) + 1;
      return `<a class="ref" href="#ref-${number}">[${number}]</a>`;
    });
    return safe(links.join(', '));
  });
  handlebars.registerHelper('cap', (text: string) => capitalised(text));
  handlebars.registerHelper('concat', (...parts: unknown[]) => parts.slice(0, -1).join(''));
  handlebars.registerHelper('math', (source: string) =>
    safe(katex.renderToString(source, { output: 'htmlAndMathml' })),
  );
  handlebars.registerHelper('equation', (source: string) =>
    safe(
      `<div class="equation">${katex.renderToString(source, { displayMode: true, output: 'htmlAndMathml' })}` +
        `<span class="number">(${++equations})</span></div>`,
    ),
  );
  handlebars.registerHelper('figure', (id: string) => {
    const number = numbers.get(id);
    const found = figures.find((figure) => figure.id === id);
    if (number === undefined || found === undefined) throw new WhylightError(`the report has no figure ${id}`);
    placed.add(id);
    const { alt, caption, layout } = found.figure;
    const size = `width:${Number(layout.width)}px;height:${Number(layout.height)}px`;
    return safe(
      `<figure id="fig-${escaped(id)}" aria-label="${escaped(alt)}"><div class="plot" data-figure="${escaped(id)}" style="${size}"></div>` +
        `<figcaption><span class="number">Fig. ${number}.</span> ${escaped(caption)}</figcaption></figure>`,
    );
  });
  // A text may refer to a table that comes later, so the numbers are put in at the end.
  handlebars.registerHelper('tableref', (id: string) => safe(`<!--table ${escaped(id)}-->`));
  handlebars.registerHelper('tablecaption', (id: string, caption: string) => {
    if (tables.includes(id)) throw new WhylightError(`two tables of the report are called ${id}`);
    tables.push(id);
    const number = `Table ${roman[tables.length - 1]}`;
    return safe(
      `<caption id="table-${escaped(id)}"><span class="number">${number}</span> ${escaped(caption)}</caption>`,
    );
  });
  // A number in a column that aligns on the decimal point.
  handlebars.registerPartial(
    'number',
    '<td class="number-column">{{text}}{{#if pad}}<span class="pad" aria-hidden="true">{{pad}}</span>{{/if}}</td>',
  );
  const withTables = (html: string) =>
    html.replace(/<!--table ([^>]*?)-->/g, (_, id: string) => {
      const number = tables.indexOf(id);
      if (number < 0) throw new WhylightError(`a text refers to table ${id}, which the report does not have`);
      return `<a class="ref" href="#table-${id}">Table&nbsp;${roman[number]}</a>`;
    });
  const compile = (file: string) =>
    handlebars.compile(readFileSync(path.join(file === 'paper.hbs' ? templates : words, file), 'utf8'), {
      strict: true,
      preventIndent: true,
    });
  const compose = (all: readonly RenderedSection[], numbered: boolean) =>
    all.map(({ name, title, values }, i) => ({
      name,
      title: numbered ? `${roman[i]}. ${title}` : title,
      body: compile(`sections/${name}.hbs`)(values),
    }));

  const [main, after] = [compose(document.sections, true), compose(appendices, false)];
  const lost = figures.find(({ id }) => !placed.has(id));
  if (lost !== undefined) throw new WhylightError(`no text places the figure ${lost.id}`);
  const finish = (all: typeof main) =>
    all.map((section) => ({ ...section, body: safe(typeset(withTables(section.body))) }));
  const { pictures, figures: drawn } = withPicturesApart(figures);
  const html = compile('paper.hbs')({
    title: document.title,
    authors: document.authors.join(', '),
    printed: printedPage(document.page),
    abstract: safe(typeset(`<p>${compile('abstract.hbs')(document.abstract)}</p>`).slice(3, -4)),
    sections: finish(main),
    appendices: finish(after),
    references: cited.map((key, i) => ({
      number: i + 1,
      parts: formatReference(document.references.get(key)!).map(({ text, italic }) => ({
        text: safe(wholeNames(escaped(text))),
        italic,
      })),
    })),
    styles: safe(
      `${textFonts()}\n${ownFonts(document.fonts ?? [])}\n${katexStyles()}\n${readFileSync(path.join(templates, 'paper.css'), 'utf8')}`,
    ),
    // `</` would end the script element that carries the figures.
    pictures: safe(JSON.stringify(pictures).replace(/</g, '\\u003c')),
    figures: safe(superscripts(JSON.stringify(drawn)).replace(/</g, '\\u003c')),
    plotly: safe(readFileSync(plotly, 'utf8').replace(/<\/script/g, '<\\/script')),
    flow: safe(readFileSync(path.join(templates, 'flow.js'), 'utf8')),
    script: safe(readFileSync(path.join(templates, 'paper.js'), 'utf8')),
  });
  requireLetters(shownWords(html, Object.values(drawn)), document.fonts);
  return html;
}

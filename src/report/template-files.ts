/** What a person may replace: the page's frame, its parts, and the styles for screen and print. */
export const templateFiles = [
  'paper.hbs',
  'section.hbs',
  'figure.hbs',
  'table.hbs',
  'equation.hbs',
  'paper.css',
] as const;

export type TemplateFile = (typeof templateFiles)[number];

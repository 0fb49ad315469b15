import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../explain/files';
import { pageTemplates } from './execute';
import { plotly } from './plotly-html';

const name = 'whylight-lab';

/**
 * Writes a template for JupyterLab's own export to HTML, whose pages hold Plotly, into a folder of Jupyter's data, and
 * gives the options with which JupyterLab takes it.
 */
export async function writeExportTemplate(data: string): Promise<readonly string[]> {
  const templates = path.join(data, 'nbconvert/templates');
  // nbconvert finds a template that another one extends only where both lie.
  await cp(path.join(pageTemplates, 'whylight'), path.join(templates, 'whylight'), { recursive: true });
  const folder = path.join(templates, name);
  await mkdir(folder, { recursive: true });
  const conf = JSON.stringify({ base_template: 'whylight', mimetypes: { 'text/html': true } });
  await writeWhole(path.join(folder, 'conf.json'), conf);
  await writeWhole(path.join(folder, 'plotly.js'), plotly());
  const index =
    "{%- extends 'whylight/index.html.j2' -%}\n{% block html_head_js %}{{ resources.include_js('plotly.js') }}{% endblock html_head_js %}\n";
  await writeWhole(path.join(folder, 'index.html.j2'), index);
  return [`--HTMLExporter.template_name=${name}`];
}

import { getDocument, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** Opens a PDF for reading. */
export function openPdf(pdf: Uint8Array): Promise<PDFDocumentProxy> {
  return getDocument({ data: new Uint8Array(pdf), verbosity: 0 }).promise;
}

/** All words of a document, page by page. */
export async function pdfText(document: PDFDocumentProxy): Promise<string> {
  const pages: string[] = [];
  for (let i = 1; i <= document.numPages; i++) {
    const { items } = await (await document.getPage(i)).getTextContent();
    pages.push(items.map((item) => ('str' in item ? item.str + (item.hasEOL ? ' ' : '') : '')).join(''));
  }
  return pages.join(' ').replace(/\s+/g, ' ');
}

/** A node of the structure tree that a screen reader walks. */
export interface Tag {
  readonly role: string;
  readonly alt?: string;
}

/** Every tag of a document, in reading order. */
export async function pdfTags(document: PDFDocumentProxy): Promise<Tag[]> {
  const tags: Tag[] = [];
  type Node = { role?: string; alt?: string; children?: Node[] };
  const walk = (node: Node) => {
    if (node.role !== undefined) tags.push({ role: node.role, ...(node.alt === undefined ? {} : { alt: node.alt }) });
    node.children?.forEach(walk);
  };
  for (let i = 1; i <= document.numPages; i++) {
    const tree = await (await document.getPage(i)).getStructTree();
    if (tree !== null) walk(tree as unknown as Node);
  }
  return tags;
}

/** Texts of an A4 or letter report that stick out of their column: what they say and where. */
export async function overfull(document: PDFDocumentProxy): Promise<string[]> {
  const mm = 72 / 25.4;
  const overflows: string[] = [];
  for (let i = 1; i <= document.numPages; i++) {
    const page = await document.getPage(i);
    const [, , width, height] = page.view as [number, number, number, number];
    const [left, right] = [14 * mm, width - 14 * mm];
    const column = (right - left - 5 * mm) / 2;
    for (const item of (await page.getTextContent()).items) {
      if (!('str' in item) || item.str.trim() === '') continue;
      const [x, y] = [item.transform[4] as number, item.transform[5] as number];
      // Title and authors stand across both columns.
      if (i === 1 && y > height - 62 * mm) continue;
      const end = x >= right - column - 2 ? right : left + column;
      if (x < left - 1.5 || x + item.width > end + 1.5) overflows.push(`page ${i}, ${Math.round(x)}: ${item.str}`);
    }
  }
  return overflows;
}

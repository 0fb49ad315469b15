import { mapText } from './map-text';

/** `ResNet-18`, `Grad-CAM++`, `Inception-v3`: behind the hyphen a number or capitals alone. */
const names = /(?<![\w/@-])[A-Za-z][\w.]*-(?:v?\d[\w.]*|[A-Z]{2,}(?:\+\+)?)(?![\w@-])/g;

/** Keeps names with a hyphen on one line; headings stay plain, for the bookmarks are made of them. */
export function wholeNames(html: string): string {
  return mapText(html, (text, around) =>
    around.some((element) => /^h[1-6]$/.test(element))
      ? text
      : text.replace(names, (name) => `<span class="whole">${name}</span>`),
  );
}

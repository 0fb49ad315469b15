import { describe, expect, it } from 'vitest';
import { hyphenate } from '../../src/report/hyphenate';

const shown = (html: string) => hyphenate(html).replaceAll('\u00ad', '|');

describe('hyphenate', () => {
  it('breaks the words of paragraphs and captions where English does, three letters at least behind a break', () => {
    expect(shown('<p>The reproducibility of <i>explanations</i></p>')).toBe(
      '<p>The re|pro|ducibil|ity of <i>ex|pla|na|tions</i></p>',
    );
    expect(shown('<figure><figcaption>whoever explanations</figcaption></figure>')).toBe(
      '<figure><figcaption>who|ever ex|pla|na|tions</figcaption></figure>',
    );
  });

  it.each([
    ['headings and tables', '<h2>Reproducibility</h2><table><td>reproducibility</td></table>'],
    ['attributes', '<p><a title="reproducibility" href="#reproducibility">one</a></p>'],
    ['code', '<p><code>reproducibility</code></p>'],
    [
      'equations, however deep',
      '<p><span class="katex"><span><annotation>\\overline{variable}</annotation></span></span></p>',
    ],
    ['comments and entities', '<p><!--reproducibility-->&circlearrowleft;</p>'],
    [
      'names with digits, dots, hyphens and capitals',
      '<p>something.txt layer3.something scenes-animals squeezenet1_0 ImageNet’s SqueezeNet</p>',
    ],
  ])('leaves %s as they are', (_, html) => {
    expect(hyphenate(html)).toBe(html);
  });

  it('changes nothing but what is shown: without its soft hyphens the text is the same', () => {
    const html = '<p>Escaped &lt;script&gt; <br>and <b>considerable</b> “quotations” remain</p><div>considerable</div>';
    expect(hyphenate(html)).not.toBe(html);
    expect(hyphenate(html).replaceAll('\u00ad', '')).toBe(html);
  });
});

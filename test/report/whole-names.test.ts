import { describe, expect, it } from 'vitest';
import { wholeNames } from '../../src/report/whole-names';

const whole = (name: string) => `<span class="whole">${name}</span>`;

describe('wholeNames', () => {
  it.each(['ResNet-18', 'VGG-16', 'Grad-CAM', 'Grad-CAM++', 'Inception-v3', 'DenseNet-121'])('keeps %s', (name) => {
    expect(wholeNames(`<p>With ${name}, in <td>${name}</td></p>`)).toBe(
      `<p>With ${whole(name)}, in <td>${whole(name)}</td></p>`,
    );
  });

  it.each([
    'a well-kept dog',
    'Top-Down attention',
    'scene-3-dog-grass',
    '<a href="#Grad-CAM">there</a>',
    '<code>--set a=ResNet-18</code>',
    '<h3>Grad-CAM</h3>',
    '<span class="katex">a-10</span>',
  ])('leaves %s as it is', (html) => {
    expect(wholeNames(html)).toBe(html);
  });
});

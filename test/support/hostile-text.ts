/** Texts that run in a page which takes them for markup; each that does says so in `window.pwned`. */
export const hostileTexts = [
  `<script>window.pwned='script'</script>`,
  `<img src=x onerror="window.pwned='image'">`,
  `"><svg onload="window.pwned='svg'">`,
  `' onmouseover='window.pwned=1' autofocus onfocus='window.pwned="focus"`,
  `</script><script>window.pwned='out'</script>`,
  `</title></style></textarea><script>window.pwned='closed'</script>`,
  `<a href="javascript:window.pwned='link'">link</a>`,
  `<iframe srcdoc="<script>parent.pwned='frame'</script>"></iframe>`,
  `{{constructor.constructor('window.pwned=1')()}}`,
  `\${window.pwned='template'}`,
  `<!--<script>`,
  `<base href="https://example.org/">`,
] as const;

/** All of them in one line. */
export const hostileLine = hostileTexts.join(' ');

// The little that pages need of a script: parts that take their time, what is new, and keys.

/** Fetches a part of the page and puts it in its place. The markup is the server's own, and every text in it is escaped there. */
async function fill(place) {
  const address = place.dataset.part;
  try {
    const answer = await fetch(address, { headers: { accept: 'text/html' } });
    const text = await answer.text();
    const parsed = new DOMParser().parseFromString(text, 'text/html');
    const body = parsed.querySelector('[data-fragment]');
    if (body === null) throw new Error(`${answer.status}`);
    const opened = [...place.querySelectorAll('details')].map((one) => one.open);
    place.replaceChildren(...body.childNodes);
    place.querySelectorAll('details').forEach((one, i) => {
      one.open = opened[i] === true;
    });
    for (const inner of place.querySelectorAll('[data-part]')) fill(inner);
  } catch {
    if (place.dataset.filled !== 'yes') place.textContent = 'This part could not be fetched. Is postscope still running?';
    place.classList.add('stale');
    return;
  }
  place.dataset.filled = 'yes';
  place.classList.remove('stale');
}

async function keepFilling(place) {
  const every = Number(place.dataset.refresh) * 1000;
  await fill(place);
  if (!(every > 0)) return;
  setTimeout(function again() {
    // Nobody looks: nobody needs to ask.
    if (document.hidden) return void setTimeout(again, every);
    fill(place).then(() => setTimeout(again, every));
  }, every);
}

// One after the other: the first ones stand at the top.
(async () => {
  for (const place of document.querySelectorAll('[data-part]')) await keepFilling(place);
})();

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  if (event.key === 'p') return focusOn(event, '#since');
  if (event.key === '/') {
    if (document.querySelector('#find') !== null) return focusOn(event, '#find');
    return document.querySelector('nav a[data-key="l"]').click();
  }
  document.querySelector(`nav a[data-key="${CSS.escape(event.key)}"]`)?.click();
});

function focusOn(event, selector) {
  event.preventDefault();
  document.querySelector(selector)?.focus();
}

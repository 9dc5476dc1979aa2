// The little that pages need of a script: parts that take their time, what is new, and keys.

/** How often it is looked at whether there is more: milliseconds. */

const every = 5_000;
/** Parts are fetched anew no sooner than this, and than so many times what they took. */
const patience = { least: 60_000, times: 20 };

/** Of each part: the version of the store that it tells of, when it came, and how long it took. */
const filled = new WeakMap();

/** Fetches a part of the page and puts it in its place. The markup is the server's own, and every text in it is escaped there. */
async function fill(place) {
  const began = Date.now();
  try {
    const answer = await fetch(place.dataset.part, { headers: { accept: 'text/html' } });
    const text = await answer.text();
    const parsed = new DOMParser().parseFromString(text, 'text/html');
    const body = parsed.querySelector('[data-fragment]');
    if (body === null) throw new Error(`${answer.status}`);
    const opened = [...place.querySelectorAll('details')].map((one) => one.open);
    place.replaceChildren(...body.childNodes);
    place.querySelectorAll('details').forEach((one, i) => {
      if (opened[i] !== undefined) one.open = opened[i];
    });
    filled.set(place, { version: body.dataset.version, at: Date.now(), took: Date.now() - began });
  } catch {
    if (place.dataset.filled !== 'yes') place.textContent = 'This part could not be fetched. Is postscope still running?';
    place.classList.add('stale');
    return;
  }
  place.dataset.filled = 'yes';
  place.classList.remove('stale');
}

/** Whether a part tells of a store that has changed since; one in which somebody is at work stays as it is. */
function isOld(place, version) {
  const known = filled.get(place);
  if (known === undefined || known.version === version || place.contains(document.activeElement)) return false;
  return Date.now() - known.at >= Math.max(patience.least, patience.times * known.took);
}

const places = [...document.querySelectorAll('[data-part]')];
// All at once: the server answers those first that are quickly answered.
for (const place of places) fill(place);

const live = document.querySelector('[data-lives]');
if (live !== null) {
  setTimeout(async function again() {
    // Nobody looks: nobody needs to ask.
    if (!document.hidden) {
      await fill(live);
      const version = filled.get(live)?.version;
      await Promise.all(places.filter((place) => place !== live && isOld(place, version)).map(fill));
    }
    setTimeout(again, every);
  }, every);
}

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

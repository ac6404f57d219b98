// What the content's page tells changes what is seen here, and nothing else: only from its own frame, only from its own origin.
'use strict';

addEventListener('message', (event) => {
  const frame = document.querySelector('iframe.content');
  if (event.source !== frame.contentWindow || event.origin !== frame.dataset.origin || typeof event.data !== 'object') return;
  const { kind, saved, progress, way, target } = event.data || {};
  if (kind === 'go') lead(String(way), String(target));
  if (kind !== 'progress') return;
  const bar = document.querySelector('[data-bar]');
  if (progress !== '' && Number.isFinite(Number(progress))) { bar.hidden = false; bar.value = Number(progress); }
  const told = document.querySelector('[data-saved]');
  if (saved) told.textContent = told.dataset.savedText.replace('…', new Date().toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' }));
});

// Where content wants to be led; the server decides whether. A preview leads nowhere.
function lead(way, target) {
  const from = document.querySelector('[data-lead]');
  if (!from || !['continue', 'previous', 'choice', 'exit'].includes(way)) return;
  const query = way === 'choice' ? `?${new URLSearchParams({ target })}` : '';
  location.assign(from.dataset.lead.replace(/continue$/, way) + query);
}

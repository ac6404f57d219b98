// What the content's page tells changes what is seen here, and nothing else: only from its own frame, only from its own origin.
'use strict';

addEventListener('message', (event) => {
  const frame = document.querySelector('iframe.content');
  if (event.source !== frame.contentWindow || event.origin !== frame.dataset.origin || typeof event.data !== 'object') return;
  const { kind, saved, progress } = event.data || {};
  if (kind !== 'progress') return;
  const bar = document.querySelector('[data-bar]');
  if (progress !== '' && Number.isFinite(Number(progress))) { bar.hidden = false; bar.value = Number(progress); }
  const told = document.querySelector('[data-saved]');
  if (saved) told.textContent = told.dataset.savedText.replace('…', new Date().toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' }));
});

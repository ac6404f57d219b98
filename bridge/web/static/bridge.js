// The little that pages do by themselves. Without it every form and link still works, but for the new window.
'use strict';

document.addEventListener('DOMContentLoaded', () => {
  probeCookie(document.querySelector('[data-go]'));
  document.querySelectorAll('form[data-post-now]').forEach((form) => form.submit());
  takeFragment(document.querySelector('[data-fragment]'));
  document.querySelectorAll('[data-tick-all]').forEach((button) => { button.hidden = false; });
  document.querySelector('.places [aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
});

// One press is enough: the buttons of a form that is on its way are shut, after the form was read.
document.addEventListener('submit', (event) => {
  const form = event.target;
  setTimeout(() => form.querySelectorAll('button').forEach((button) => { button.disabled = true; }));
  if (form.dataset.after) document.getElementById(form.dataset.after).hidden = false;
});

document.addEventListener('click', (event) => {
  const target = event.target.closest('[data-window], [data-print], [data-close], [data-tick-all]');
  if (!target) return;
  if ('print' in target.dataset) window.print();
  if ('close' in target.dataset) (window.opener || window.parent).postMessage({ subject: 'org.imsglobal.lti.close' }, '*');
  if ('tickAll' in target.dataset) target.closest('fieldset').querySelectorAll('[type=checkbox]').forEach((box) => { box.checked = true; });
  if ('window' in target.dataset) openWindow(target);
});

// A page that comes back out of the browser's memory has its buttons again.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) document.querySelectorAll('button:disabled').forEach((button) => { button.disabled = false; });
});

// Did the cookie that was just set come back? Only then on to the platform: its hints work once.
async function probeCookie(element) {
  if (!element) return;
  let back = 'no';
  try { back = await (await fetch(element.dataset.probe, { credentials: 'same-origin' })).text(); } catch { /* said below */ }
  if (back === 'yes') { location.replace(element.dataset.go); return; }
  document.getElementById('waiting').hidden = true;
  document.getElementById(window.top === window ? 'blocked' : 'framed').hidden = false;
}

// The window opens at the click, or browsers would shut it; the ticket that lets it in is asked for meanwhile.
async function openWindow(button) {
  const name = `bridge-${Date.now()}`;
  const form = document.getElementById('window-form');
  window.open('about:blank', name);
  const reply = await fetch(button.dataset.window, { method: 'POST', headers: { 'X-CSRF': form.dataset.csrf } });
  form.target = name;
  form.elements.ticket.value = reply.ok ? (await reply.json()).ticket : '';
  form.submit();
}

// A secret behind the # of a link is never sent by itself: it is put into the form, and out of the address.
function takeFragment(input) {
  if (!input || !location.hash) return;
  input.value = location.hash.slice(1);
  history.replaceState(null, '', location.pathname + location.search);
}

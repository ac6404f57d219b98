// Bringing files: dropped or chosen, sent with a bar that shows how far they are. Without this the plain form still works.
'use strict';

document.addEventListener('DOMContentLoaded', () => {
  document.querySelectorAll('form[data-upload]').forEach(watch);
});

function watch(form) {
  const drop = form.querySelector('[data-drop]');
  const field = drop.querySelector('input[type=file]');
  drop.querySelector('[data-drop-hint]').hidden = false;
  for (const kind of ['dragover', 'dragleave', 'drop']) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle('over', kind === 'dragover');
      if (kind === 'drop') field.files = event.dataTransfer.files;
    });
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(form);
  });
}

function send(form) {
  const box = form.querySelector('[data-progress]');
  const bar = box.querySelector('progress');
  const call = new XMLHttpRequest();
  form.querySelector('[data-broken]').hidden = true;
  box.hidden = false;
  call.upload.addEventListener('progress', (event) => { bar.value = event.lengthComputable ? 100 * event.loaded / event.total : 0; });
  call.upload.addEventListener('load', () => { box.querySelector('[data-after-sending]').hidden = false; });
  call.addEventListener('load', () => { if (call.status === 200) location.assign(call.responseURL); else show(call); });
  call.addEventListener('error', () => again(form));
  call.open('POST', form.action);
  call.responseType = 'document';
  call.send(new FormData(form));
}

// The connection broke: everything that was chosen is still there.
function again(form) {
  form.querySelector('[data-broken]').hidden = false;
  form.querySelector('[data-progress]').hidden = true;
  form.querySelectorAll('button').forEach((button) => { button.disabled = false; });
}

// A page that says why: its main part takes the place of ours.
function show(call) {
  const told = call.response && call.response.querySelector('main');
  if (!told) { location.reload(); return; }
  document.querySelector('main').replaceWith(document.adoptNode(told));
  document.querySelectorAll('form[data-upload]').forEach(watch);
  document.querySelector('main').focus();
}
